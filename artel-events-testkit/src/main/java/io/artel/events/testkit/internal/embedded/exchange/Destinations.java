package io.artel.events.testkit.internal.embedded.exchange;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Destinations with the number of bindings that lead to each. */
final class Destinations {
  private final Map<Destination, Integer> bindings = new LinkedHashMap<>();

  void add(Destination destination) {
    bindings.merge(destination, 1, Integer::sum);
  }

  void remove(Destination destination) {
    bindings.computeIfPresent(destination, (same, count) -> count == 1 ? null : count - 1);
  }

  boolean isEmpty() {
    return bindings.isEmpty();
  }

  /** Adds each destination once. */
  void addTo(Collection<Destination> matches) {
    matches.addAll(bindings.keySet());
  }
}
