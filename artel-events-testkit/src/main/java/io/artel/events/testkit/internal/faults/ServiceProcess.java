package io.artel.events.testkit.internal.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The services of a stage in a process of their own, so that it can be killed. */
final class ServiceProcess {
  private final Call.Listener calls;
  private final Process process;
  private final Thread reader;
  private final CountDownLatch ready = new CountDownLatch(1);

  private ServiceProcess(Process process, Call.Listener calls) {
    this.process = process;
    this.calls = calls;
    this.reader = new Thread(this::read, "artel-faults-process");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one; it reads when this returns.
   *
   * @param uri where the broker is
   * @param name what the client is called
   */
  static ServiceProcess start(String uri, String name, Call.Listener calls)
      throws InterruptedException {
    try {
      ServiceProcess started =
          new ServiceProcess(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx64m",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      ServiceMain.class.getName(),
                      uri,
                      name)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start(),
              calls);
      if (!started.ready.await(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          || !started.process.isAlive()) {
        started.kill();
        throw new IllegalStateException("a process of services did not start");
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as {@code kill -9} does; returns when all that it said is heard. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }

  private void read() {
    Map<String, Call.End> running = new HashMap<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        heard(line, running);
        line = output.readLine();
      }
    } catch (IOException e) {
      // The end of the process.
    }
    running.values().forEach(end -> end.ended(false));
    ready.countDown();
  }

  private void heard(String line, Map<String, Call.End> running) {
    if (line.equals(ServiceMain.READY)) {
      ready.countDown();
    } else if (line.startsWith(ServiceMain.BEGIN)) {
      String[] numberAndCall = line.substring(ServiceMain.BEGIN.length()).split(" ", 2);
      running.put(numberAndCall[0], calls.begins(Call.parse(numberAndCall[1])));
    } else if (line.startsWith(ServiceMain.END)) {
      String[] numberAndWell = line.substring(ServiceMain.END.length()).split(" ", 2);
      Call.End end = running.remove(numberAndWell[0]);
      if (end != null) {
        end.ended(Boolean.parseBoolean(numberAndWell[1]));
      }
    }
  }
}
