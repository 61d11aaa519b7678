package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.Set;

/** The types of exchanges. */
enum ExchangeType {
  DIRECT("direct", Dialect.V3_10),
  FANOUT("fanout", Dialect.V3_10),
  TOPIC("topic", Dialect.V3_10),
  HEADERS("headers", Dialect.V3_10),
  CONSISTENT_HASH("x-consistent-hash", Dialect.V3_10),
  MODULUS_HASH("x-modulus-hash", Dialect.V4_3);

  /** RabbitMQ calls a name invalid that means something else to it; these are a few of them. */
  private static final Set<String> USED_OTHERWISE =
      Set.of("", "exchange", "false", "queue", "true", "undefined");

  private final String wireName;
  private final Dialect since;

  ExchangeType(String wireName, Dialect since) {
    this.wireName = wireName;
    this.since = since;
  }

  /**
   * {@return the type of that name}
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if there is none
   */
  static ExchangeType of(String wireName, Dialect dialect) {
    for (ExchangeType type : values()) {
      if (type.wireName.equals(wireName) && dialect.since(type.since)) {
        return type;
      }
    }
    String explanation =
        (USED_OTHERWISE.contains(wireName) ? "invalid" : "unknown")
            + " exchange type '"
            + wireName
            + "'";
    throw dialect.since(Dialect.V4_0)
        ? ReplyCode.PRECONDITION_FAILED.error(explanation)
        : ReplyCode.COMMAND_INVALID.error(explanation);
  }

  String wireName() {
    return wireName;
  }

  /**
   * {@return the way to keep bindings for an exchange with these arguments}
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if they are refused
   */
  Routing routing(FieldTable arguments, Dialect dialect) {
    return switch (this) {
      case DIRECT -> new DirectRouting();
      case FANOUT -> new FanoutRouting();
      case TOPIC -> new TopicRouting(dialect);
      case HEADERS -> new HeadersRouting(dialect);
      case CONSISTENT_HASH -> new ConsistentHashRouting(arguments, dialect);
      case MODULUS_HASH -> new ModulusHashRouting();
    };
  }
}
