package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process is killed, as by {@code kill -9}: what it said to be spooled arrives, in order. */
abstract class KilledSpool extends SpoolRoom {

  private final List<Path> outputs = new ArrayList<>();
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
  private Map<UUID, List<Integer>> promised() throws IOException {
    assertThat(count("failed")).isZero();
    Map<UUID, List<Integer>> promised = new HashMap<>();
    for (String line : said()) {
      int session = line.indexOf(' ') + 1;
      int number = line.lastIndexOf(' ') + 1;
      promised
          .computeIfAbsent(
              UUID.fromString(line.substring(session, number - 1)), id -> new ArrayList<>())
          .add(Integer.valueOf(line.substring(number)));
    }
    return promised;
  }

  private long count(String outcome) throws IOException {
    return said().stream().filter(line -> line.startsWith(outcome)).count();
  }

  /** The first process's lines; a file has them all, whenever it is killed. */
  private List<String> said() throws IOException {
    try (Stream<String> lines = Files.lines(outputs.get(0))) {
      return lines
          .filter(line -> line.matches("(confirmed|spooled|failed) [-0-9a-f]{36} [0-9]+"))
          .toList();
    }
  }

  private Process run(String what) throws Exception {
    Path output = Files.createTempFile(folder, "process", ".out");
    outputs.add(output);
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
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    await()
        .atMost(PATIENCE)
        .until(() -> Files.readString(output).contains("ready") || !process.isAlive());
    assertThat(process.isAlive()).as("the process has started").isTrue();
    flush();
    return process;
  }

  private static void kill(Process process) throws Exception {
    process.destroyForcibly().waitFor();
  }
}
