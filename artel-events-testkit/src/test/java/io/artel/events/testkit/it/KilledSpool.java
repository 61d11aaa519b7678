package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process is killed, as by {@code kill -9}: what it said to be spooled arrives, in order. */
abstract class KilledSpool extends SpoolRoom {

  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void whatAKilledProcessHasSpooledShouldArriveInOrder() throws Exception {
    Process publishing = run("publish");
    await().atMost(PATIENCE).until(() -> count("confirmed") > 100);
    away();
    await().atMost(PATIENCE).until(() -> count("spooled") > 2000);
    kill(publishing);
    Map<UUID, List<Integer>> promised = promised();
    back();

    // One after the other is killed in the middle of it, as far as one can tell from outside.
    for (int i = 0; i < 3; i++) {
      Process replaying = run("replay");
      long before = queued();
      await().atMost(PATIENCE).until(() -> queued() > before + 50 || queued() >= 2000);
      kill(replaying);
    }
    connect();
    awaitEmptySpool();

    Map<UUID, List<Integer>> arrived = arrived();
    assertThat(promised).hasSize(4);
    promised.forEach(
        (session, numbers) -> {
          assertThat(arrived.get(session)).containsAll(numbers);
          assertThat(arrived.get(session)).isSorted();
        });
  }

  private long queued() throws Exception {
    try (Raw raw = new Raw(uri())) {
      return raw.ready("spool.queue");
    }
  }

  /** What it has said to be confirmed or spooled. */
  private Map<UUID, List<Integer>> promised() {
    assertThat(said).noneMatch(line -> line.startsWith("failed"));
    Map<UUID, List<Integer>> promised = new HashMap<>();
    for (String line : said) {
      int session = line.indexOf(' ') + 1;
      int number = line.lastIndexOf(' ') + 1;
      promised
          .computeIfAbsent(
              UUID.fromString(line.substring(session, number - 1)), id -> new ArrayList<>())
          .add(Integer.valueOf(line.substring(number)));
    }
    return promised;
  }

  private long count(String outcome) {
    return said.stream().filter(line -> line.startsWith(outcome)).count();
  }

  private Process run(String what) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                SpoolingProcess.class.getName(),
                what,
                uri(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String first = lines.readLine();
    while (first != null && !first.equals("ready")) {
      first = lines.readLine(); // the log
    }
    assertThat(first).as("the process has started").isEqualTo("ready");
    flush();
    Thread reader = new Thread(() -> read(lines), "reads what the process says");
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private void read(BufferedReader lines) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.matches("(confirmed|spooled|failed) [-0-9a-f]{36} [0-9]+")) {
          said.add(line);
        }
      }
    } catch (IOException e) {
      if (processes.get(0).isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void kill(Process process) throws Exception {
    process.destroyForcibly().waitFor();
  }
}
