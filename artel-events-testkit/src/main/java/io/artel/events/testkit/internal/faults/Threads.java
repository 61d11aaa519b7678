package io.artel.events.testkit.internal.faults;

import java.util.List;

/** Finds the threads of a stage's client, to see whether some are left over. */
final class Threads {

  private Threads() {}

  /** Those named after the client, and those of connections to its proxy. */
  static List<String> of(Stage stage) {
    String port = ":" + stage.proxy.port();
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(stage.name) || name.contains(port))
        .sorted()
        .toList();
  }
}
