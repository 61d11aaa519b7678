package io.artel.events.testkit.internal.faults;

import java.util.List;

/** Finds what a process keeps, to see whether something is left over. */
final class Threads {

  private Threads() {}

  /** Bytes of this process's heap that are in use after a collection. */
  static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** The threads named after the client, and those of connections to its proxy. */
  static List<String> of(Stage stage) {
    String port = ":" + stage.proxy.port();
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(stage.name) || name.contains(port))
        .sorted()
        .toList();
  }
}
