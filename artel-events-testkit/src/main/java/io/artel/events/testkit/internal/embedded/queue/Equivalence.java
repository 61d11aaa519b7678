package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import org.jspecify.annotations.Nullable;

/** Whether a queue that is there is what a client wants to declare. */
final class Equivalence {
  private final Dialect dialect;
  private final MessageQueue existing;

  Equivalence(Dialect dialect, MessageQueue existing) {
    this.dialect = dialect;
    this.existing = existing;
  }

  /** Compares what RabbitMQ compares; the first difference is the error that the client gets. */
  void check(Declaration wanted) {
    if (existing.owner() != wanted.owner()) {
      throw locked(existing);
    }
    compare("durable", existing.durable(), wanted.durable());
    compare("auto_delete", existing.autoDelete(), wanted.autoDelete());
    for (String name : ArgumentRules.effective(dialect, existing.type())) {
      compare(name, effective(existing.arguments(), name), effective(wanted.arguments(), name));
    }
  }

  /** {@return the error of a queue that only another connection may use} */
  static RuntimeException locked(MessageQueue queue) {
    return ReplyCode.RESOURCE_LOCKED.error(
        "cannot obtain exclusive access to locked "
            + queue.label()
            + ". It could be originally declared on another connection or the exclusive property"
            + " value does not match that of the original declaration.");
  }

  /** {@return the value of an argument; RabbitMQ 4.x puts the usual type of queue in} */
  private @Nullable FieldValue effective(FieldTable arguments, String name) {
    FieldValue value = arguments.get(name);
    return value == null && name.equals(ArgumentRules.TYPE) && dialect.since(Dialect.V4_0)
        ? FieldValue.of(ArgumentRules.CLASSIC)
        : value;
  }

  private void compare(String name, boolean current, boolean wanted) {
    if (current != wanted) {
      throw inequivalent(name, quoted(wanted), quoted(current));
    }
  }

  private void compare(String name, @Nullable FieldValue current, @Nullable FieldValue wanted) {
    if (current != null && wanted != null) {
      if (!isSame(current, wanted)) {
        throw inequivalent(name, quoted(wanted), quoted(current));
      }
      return;
    }
    FieldValue only = current == null ? wanted : current;
    if (only == null || (name.equals(ArgumentRules.TYPE) && isClassic(only))) {
      return;
    }
    String described = "the value " + quoted(only) + " of type '" + only.type() + "'";
    throw current == null
        ? inequivalent(name, described, "none")
        : inequivalent(name, "none", described);
  }

  private static boolean isClassic(FieldValue type) {
    return type.isText() && type.toString().equals(ArgumentRules.CLASSIC);
  }

  private static boolean isSame(FieldValue one, FieldValue other) {
    return kind(one.type()) == kind(other.type()) && one.value().equals(other.value());
  }

  /**
   * {@return one type that stands for all whole numbers, as for RabbitMQ their width is the same}
   */
  private static FieldType kind(FieldType type) {
    return type.isInteger() ? FieldType.LONG : type;
  }

  private static String quoted(Object value) {
    return "'" + value + "'";
  }

  private RuntimeException inequivalent(String name, String received, String current) {
    return ReplyCode.PRECONDITION_FAILED.error(
        "inequivalent arg '"
            + name
            + "' for "
            + existing.label()
            + ": received "
            + received
            + " but current is "
            + current);
  }
}
