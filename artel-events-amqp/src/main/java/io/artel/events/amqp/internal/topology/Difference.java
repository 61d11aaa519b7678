package io.artel.events.amqp.internal.topology;

import org.jspecify.annotations.Nullable;

/**
 * One thing about an object that is not what the topology says.
 *
 * @param subject the object, for example {@code queue 'q'}
 * @param argument an argument, or a property such as {@code durable}
 * @param onBroker what the broker has, as text
 * @param inTopology what the topology says, as text
 */
record Difference(String subject, String argument, String onBroker, String inTopology) {

  static Difference of(
      String subject, String argument, @Nullable Object onBroker, @Nullable Object inTopology) {
    return new Difference(subject, argument, text(onBroker), text(inTopology));
  }

  /** Without the subject. */
  String sentence() {
    return argument + " is " + onBroker + " on the broker, " + inTopology + " in the topology";
  }

  static String text(@Nullable Object value) {
    if (value == null) {
      return "not set";
    }
    return value instanceof CharSequence ? "'" + value + "'" : value.toString();
  }
}
