package io.artel.events.testkit.internal.embedded.exchange;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queues of routing keys that an exchange has lately seen, until anything is changed. */
final class RouteCache {
  private static final int MOST_KEYS = 1_000;

  private final Map<String, List<String>> queues = new HashMap<>();
  private long generation;

  /** {@return the queues as they were put in that generation, or null} */
  @Nullable List<String> get(String routingKey, long now) {
    return now == generation ? queues.get(routingKey) : null;
  }

  void put(String routingKey, List<String> found, long now) {
    if (now != generation || queues.size() >= MOST_KEYS) {
      queues.clear();
      generation = now;
    }
    queues.put(routingKey, found);
  }
}
