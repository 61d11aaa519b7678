package io.artel.events.testkit.internal.embedded.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last methods that passed between clients and the broker, as a person reads them. */
public final class Trace {
  private final int size;
  private final Deque<String> lines = new ArrayDeque<>();

  /** Keeps so many lines; none if it is 0. */
  public Trace(int size) {
    this.size = size;
  }

  boolean isOn() {
    return size > 0;
  }

  void add(String line) {
    if (lines.size() == size) {
      lines.remove();
    }
    lines.add(line);
  }

  /** {@return what was kept, oldest first} */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
