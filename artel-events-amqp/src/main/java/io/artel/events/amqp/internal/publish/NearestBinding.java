package io.artel.events.amqp.internal.publish;

import io.artel.events.QueueSpec;
import io.artel.events.Topology;

/** Tells who might have taken an event that no queue took. */
final class NearestBinding {

  private NearestBinding() {}

  /** {@return a sentence about the binding that is most like this routing key} */
  static String describe(Topology topology, String routingKey) {
    String nearest = "";
    String queue = "";
    int least = Integer.MAX_VALUE;
    for (QueueSpec each : topology.queues()) {
      if (each.takes(routingKey)) {
        return "queue '"
            + each.name()
            + "' of the topology should take it, so the broker has lost that queue or a binding of"
            + " it: declare the topology again";
      }
      for (String pattern : each.bindings()) {
        int distance = distance(pattern, routingKey);
        if (distance < least) {
          least = distance;
          nearest = pattern;
          queue = each.name();
        }
      }
    }
    return nearest.isEmpty()
        ? "the topology has no bindings at all"
        : "the nearest binding is '" + nearest + "' of queue '" + queue + "'";
  }

  /** How many characters must be inserted, removed or replaced to make one of the other. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
