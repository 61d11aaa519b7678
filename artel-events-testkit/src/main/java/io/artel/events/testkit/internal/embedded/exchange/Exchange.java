package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ErlangText;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exchange with the bindings of which it is the source. */
final class Exchange {
  private static final String ALTERNATE = "alternate-exchange";

  private final ExchangeDefinition definition;
  private final String shownName;
  private final Routing routing;
  private final @Nullable String alternate;
  private final Set<Binding> bindings = new LinkedHashSet<>();
  private final RouteCache routes = new RouteCache();

  /**
   * A new exchange.
   *
   * @param shownName the name as error texts show it
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if an argument is refused
   */
  Exchange(ExchangeDefinition definition, ExchangeType type, String shownName, Dialect dialect) {
    this.definition = definition;
    this.shownName = shownName;
    FieldValue named = definition.arguments().get(ALTERNATE);
    if (named != null && !named.isText()) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "invalid type '%s' for arg '%s' in %s".formatted(named.type(), ALTERNATE, shownName));
    }
    this.alternate = named == null ? null : named.toString();
    this.routing = type.routing(definition.arguments(), dialect);
  }

  ExchangeDefinition definition() {
    return definition;
  }

  String name() {
    return definition.name();
  }

  /** {@return the exchange for messages that match nothing here} */
  @Nullable String alternate() {
    return alternate;
  }

  Routing routing() {
    return routing;
  }

  Set<Binding> bindings() {
    return bindings;
  }

  RouteCache routes() {
    return routes;
  }

  boolean add(Binding binding) {
    boolean isNew = bindings.add(binding);
    if (isNew) {
      routing.add(binding);
    }
    return isNew;
  }

  boolean remove(Binding binding) {
    boolean wasThere = bindings.remove(binding);
    if (wasThere) {
      routing.remove(binding);
    }
    return wasThere;
  }

  /**
   * Refuses a declaration unless it asks for what is there. Arguments other than that for the
   * alternate exchange do not count.
   */
  void checkEquivalent(ExchangeDefinition asked, Dialect dialect) {
    check("type", atom(asked.type()), atom(definition.type()));
    check("durable", asked.durable(), definition.durable());
    check("auto_delete", asked.autoDelete(), definition.autoDelete());
    check("internal", asked.internal(), definition.internal());
    FieldValue received = alternateIn(asked.arguments());
    FieldValue current = alternateIn(definition.arguments());
    ErlangText text = new ErlangText(dialect);
    if (received != null && current != null) {
      // Both are there: the types do not count.
      if (!received.value().equals(current.value())) {
        fail(ALTERNATE, quoted(received, text), quoted(current, text));
      }
    } else if (received != null || current != null) {
      fail(ALTERNATE, typed(received, text), typed(current, text));
    }
  }

  private static @Nullable FieldValue alternateIn(FieldTable arguments) {
    return arguments.get(ALTERNATE);
  }

  private static String atom(String name) {
    return ErlangText.atom(name);
  }

  private void check(String what, Object received, Object current) {
    if (!received.equals(current)) {
      fail(what, "'" + received + "'", "'" + current + "'");
    }
  }

  private void fail(String what, String received, String current) {
    throw ReplyCode.PRECONDITION_FAILED.error(
        "inequivalent arg '%s' for %s: received %s but current is %s"
            .formatted(what, shownName, received, current));
  }

  private static String typed(@Nullable FieldValue value, ErlangText text) {
    return value == null
        ? "none"
        : "the value " + quoted(value, text) + " of type '" + value.type() + "'";
  }

  private static String quoted(FieldValue value, ErlangText text) {
    return switch (value.type()) {
      case LONGSTR, BINARY -> "'" + value + "'";
      default -> "'" + text.of(value) + "'";
    };
  }
}
