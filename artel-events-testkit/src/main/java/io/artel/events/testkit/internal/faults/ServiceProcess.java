package io.artel.events.testkit.internal.faults;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The services of a stage in a process of their own, so that it can be killed, frozen and
 * restarted.
 */
final class ServiceProcess {

  /** What became of calls on the first channels that it read on. */
  record OldCalls(long begun, long well) {}

  /** What it keeps: bytes of its heap after a collection, and threads. */
  record Kept(long heap, int threads) {}

  private final Call.Listener calls;
  private final Process process;
  private final BufferedWriter orders;
  private final Thread reader;
  private final Semaphore ready = new Semaphore(0);
  private final BlockingQueue<Kept> measured = new LinkedBlockingQueue<>();
  private long oldBegun;
  private long oldWell;

  private ServiceProcess(Process process, Call.Listener calls) {
    this.process = process;
    this.calls = calls;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = new Thread(this::read, "artel-faults-process");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one; it reads when this returns.
   *
   * @param uris where the broker's nodes are, as {@link StageSettings#artel} takes them
   * @param name what the client is called
   */
  static ServiceProcess start(String uris, String name, StageSettings settings, Call.Listener calls)
      throws InterruptedException {
    try {
      ServiceProcess started =
          new ServiceProcess(
              new ProcessBuilder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx64m",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+ExitOnOutOfMemoryError",
                      "-cp",
                      System.getProperty("java.class.path"),
                      ServiceMain.class.getName(),
                      uris,
                      name,
                      settings.services())
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start(),
              calls);
      started.awaitReady("start");
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Lets it close its client in good order, and read again with a new one; it does so when this
   * returns.
   */
  void restart(StageSettings settings) throws InterruptedException {
    tell(ServiceMain.RESTART + settings.services());
    awaitReady("restart");
  }

  /** Handlers take so long from now on. */
  void handlersTake(Duration time) {
    tell(ServiceMain.TAKE + time.toMillis());
  }

  /** Looks at what it keeps. */
  Kept measure() throws InterruptedException {
    tell(ServiceMain.MEASURE);
    Kept kept = measured.poll(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (kept == null) {
      throw new IllegalStateException("a process of services did not say what it keeps");
    }
    return kept;
  }

  /** Stops it where it is, with its sockets open. */
  void freeze() throws InterruptedException {
    signal("STOP");
  }

  /** Lets it go on where it was. */
  void thaw() throws InterruptedException {
    signal("CONT");
  }

  /** Ends it as {@code kill -9} does; returns when all that it said is heard. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }

  /** The calls for what came on the first channels of its consumers. */
  synchronized OldCalls oldCalls() {
    return new OldCalls(oldBegun, oldWell);
  }

  private void signal(String name) throws InterruptedException {
    try {
      int ended =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (ended != 0) {
        throw new IllegalStateException("a process of services takes no signal " + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(String what) throws InterruptedException {
    if (!ready.tryAcquire(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS) || !process.isAlive()) {
      kill();
      throw new IllegalStateException("a process of services did not " + what);
    }
  }

  private void tell(String order) {
    try {
      synchronized (orders) {
        orders.write(order);
        orders.newLine();
        orders.flush();
      }
    } catch (IOException e) {
      // It has ended, and needs no orders.
    }
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
    ready.release();
  }

  private void heard(String line, Map<String, Call.End> running) {
    if (line.equals(ServiceMain.READY)) {
      ready.release();
    } else if (line.startsWith(ServiceMain.MEASURED)) {
      String[] heapAndThreads = line.substring(ServiceMain.MEASURED.length()).split(" ", 2);
      measured.add(
          new Kept(Long.parseLong(heapAndThreads[0]), Integer.parseInt(heapAndThreads[1])));
    } else if (line.startsWith(ServiceMain.BEGIN)) {
      String[] numberAndCall = line.substring(ServiceMain.BEGIN.length()).split(" ", 2);
      running.put(numberAndCall[0], begins(Call.parse(numberAndCall[1])));
    } else if (line.startsWith(ServiceMain.END)) {
      String[] numberAndWell = line.substring(ServiceMain.END.length()).split(" ", 2);
      Call.End end = running.remove(numberAndWell[0]);
      if (end != null) {
        end.ended(Boolean.parseBoolean(numberAndWell[1]));
      }
      tell(ServiceMain.HEARD + numberAndWell[0]);
    }
  }

  private Call.End begins(Call call) {
    Call.End end = calls.begins(call);
    if (call.generation() > 1) {
      return end;
    }
    synchronized (this) {
      oldBegun++;
    }
    return well -> {
      if (well) {
        synchronized (this) {
          oldWell++;
        }
      }
      end.ended(well);
    };
  }
}
