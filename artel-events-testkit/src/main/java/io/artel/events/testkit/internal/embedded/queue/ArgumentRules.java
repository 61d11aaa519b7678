package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which arguments a new queue may have, by its type, and what their values may be. What RabbitMQ
 * does not know at all it ignores.
 */
final class ArgumentRules {
  static final String TYPE = "x-queue-type";
  static final String CLASSIC = "classic";
  static final String QUORUM = "quorum";

  private static final String EXCHANGE = "x-dead-letter-exchange";
  private static final String KEY = "x-dead-letter-routing-key";
  private static final String MODE = "x-queue-mode";
  private static final String LOCATOR = "x-queue-leader-locator";
  private static final String CONSUMER_TIMEOUT = "x-consumer-timeout";
  private static final String MASTER_LOCATOR = "x-queue-master-locator";

  /** Says what is wrong with a value as RabbitMQ prints it, or null if nothing is. */
  private interface Rule {
    @Nullable String problem(FieldValue value, FieldTable all);
  }

  /** The rules in the order in which RabbitMQ checks them. */
  private static final Map<String, Rule> RULES = rules();

  private ArgumentRules() {}

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("x-expires", (value, all) -> time(value, 1));
    rules.put("x-message-ttl", (value, all) -> time(value, 0));
    rules.put(KEY, ArgumentRules::routingKey);
    rules.put(
        "x-dead-letter-strategy", oneOf("invalid_dlx_strategy", "at-most-once", "at-least-once"));
    rules.put("x-max-length", ArgumentRules::notNegative);
    rules.put("x-max-length-bytes", ArgumentRules::notNegative);
    rules.put("x-max-in-memory-length", ArgumentRules::notNegative);
    rules.put("x-max-in-memory-bytes", ArgumentRules::notNegative);
    rules.put("x-max-priority", ArgumentRules::priority);
    rules.put(
        "x-overflow",
        oneOf("invalid_overflow", "drop-head", "reject-publish", "reject-publish-dlx"));
    rules.put(MODE, ArgumentRules::mode);
    rules.put("x-queue-version", ArgumentRules::version);
    rules.put("x-single-active-consumer", ArgumentRules::truth);
    rules.put(CONSUMER_TIMEOUT, ArgumentRules::notNegative);
    rules.put("x-consumer-disconnected-timeout", ArgumentRules::notNegative);
    rules.put("x-quorum-initial-group-size", ArgumentRules::notNegative);
    rules.put(
        LOCATOR,
        oneOf(
            "invalid_queue_locator_arg",
            "client-local",
            "balanced",
            "random",
            "least-leaders",
            "min-masters"));
    return rules;
  }

  /** {@return the type of queue that the arguments ask for, which RabbitMQ checks first} */
  static String type(Dialect dialect, FieldTable arguments, String label) {
    FieldValue exchange = arguments.get(EXCHANGE);
    if (exchange != null && !exchange.isText()) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "invalid type '" + exchange.type() + "' for arg '" + EXCHANGE + "' in " + label);
    }
    FieldValue value = arguments.get(TYPE);
    if (value == null) {
      return CLASSIC;
    }
    if (!value.isText()) {
      throw invalid(TYPE, label, ": " + unacceptable(value));
    }
    String type = value.toString();
    if (type.equals(CLASSIC) || type.equals(QUORUM)) {
      return type;
    }
    if (type.isEmpty() && dialect.since(Dialect.V4_3)) {
      return CLASSIC;
    }
    throw invalid(TYPE, label, ": \"unsupported queue type '" + type + "'\"");
  }

  /** Checks the arguments of a new queue. */
  static void check(Dialect dialect, FieldTable arguments, String type, String label) {
    Set<String> fitting = new HashSet<>(effective(dialect, type));
    RULES.forEach(
        (name, rule) -> {
          FieldValue value = arguments.get(name);
          if (value != null && fitting.contains(name) && isChecked(dialect, name)) {
            String problem = rule.problem(value, arguments);
            if (problem != null) {
              throw invalid(name, label, ": " + problem);
            }
          }
        });
    for (String name : known(dialect)) {
      if (arguments.has(name) && !fitting.contains(name)) {
        throw invalid(name, label, " of queue type rabbit_" + type + "_queue");
      }
    }
    checkVersions(dialect, arguments, label);
  }

  /** Checks the arguments of a consumer of a queue of this type. */
  static void checkConsumer(Dialect dialect, FieldTable arguments, String type, String label) {
    if (arguments.isEmpty()) {
      return;
    }
    String ofType = " of queue type rabbit_" + type + "_queue";
    boolean quorum = type.equals(QUORUM);
    FieldValue priority = arguments.get("x-priority");
    if (priority != null && !priority.type().isInteger()) {
      throw invalid("x-priority", label, ": " + noInteger(priority));
    }
    FieldValue failover = arguments.get("x-cancel-on-ha-failover");
    if (failover != null && !dialect.since(Dialect.V4_0)) {
      String problem = truth(failover, arguments);
      if (quorum || problem != null) {
        throw invalid("x-cancel-on-ha-failover", label, quorum ? ofType : ": " + problem);
      }
    }
    FieldValue timeout = arguments.get(CONSUMER_TIMEOUT);
    if (timeout != null && dialect.since(Dialect.V4_3)) {
      String problem = notNegative(timeout);
      if (!quorum || problem != null) {
        throw invalid(CONSUMER_TIMEOUT, label, quorum ? ": " + problem : ofType);
      }
    }
    if (arguments.has("x-stream-offset")) {
      throw invalid("x-stream-offset", label, ofType);
    }
  }

  private static boolean isChecked(Dialect dialect, String name) {
    return !name.equals(MODE) || !dialect.since(Dialect.V4_3);
  }

  private static void checkVersions(Dialect dialect, FieldTable arguments, String label) {
    if (!dialect.since(Dialect.V4_3)) {
      return;
    }
    FieldValue version = arguments.get("x-queue-version");
    if (version != null && version.integer() == 1) {
      throw invalid("x-queue-version", label, ": \"unsupported queue version '1'\"");
    }
    if (arguments.has(MASTER_LOCATOR)) {
      throw ReplyCode.INTERNAL_ERROR.error(
          """
          Feature `queue_master_locator` is deprecated.
          By default, this feature is not permitted anymore.
          The feature will be removed from a future major RabbitMQ version, regardless of the \
          configuration; actual version to be determined.
          To continue using this feature when it is not permitted by default, set it to permitted\
          """);
    }
  }

  /** {@return the arguments that a type of queue heeds, in the order in which they are compared} */
  static List<String> effective(Dialect dialect, String type) {
    return type.equals(QUORUM) ? quorum(dialect) : classic(dialect);
  }

  private static List<String> classic(Dialect dialect) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "x-expires",
                "x-message-ttl",
                EXCHANGE,
                KEY,
                "x-max-length",
                "x-max-length-bytes",
                "x-max-priority",
                "x-overflow",
                MODE,
                "x-queue-version",
                "x-single-active-consumer",
                TYPE,
                MASTER_LOCATOR));
    if (dialect.since(Dialect.V4_0)) {
      names.add(LOCATOR);
    }
    return names;
  }

  private static List<String> quorum(Dialect dialect) {
    List<String> names =
        new ArrayList<>(
            List.of(
                EXCHANGE,
                KEY,
                "x-dead-letter-strategy",
                "x-expires",
                "x-max-length",
                "x-max-length-bytes",
                "x-max-in-memory-length",
                "x-max-in-memory-bytes",
                "x-overflow",
                "x-single-active-consumer",
                TYPE,
                "x-quorum-initial-group-size",
                "x-delivery-limit",
                "x-message-ttl",
                LOCATOR));
    if (dialect.since(Dialect.V4_3)) {
      names.addAll(
          List.of(
              "x-consumer-disconnected-timeout",
              CONSUMER_TIMEOUT,
              "x-delayed-retry-type",
              "x-delayed-retry-min",
              "x-delayed-retry-max"));
    }
    return names;
  }

  /** {@return the arguments that some type of queue heeds} */
  private static Set<String> known(Dialect dialect) {
    Set<String> names = new HashSet<>(classic(dialect));
    names.addAll(quorum(dialect));
    names.addAll(List.of("x-max-age", "x-initial-cluster-size", "x-stream-max-segment-size-bytes"));
    if (dialect.since(Dialect.V4_3)) {
      names.add("x-stream-filter-size-bytes");
    }
    return names;
  }

  private static @Nullable String time(FieldValue value, long least) {
    String problem = notNegative(value);
    if (problem != null) {
      return problem;
    }
    long millis = value.integer();
    if (millis < least) {
      return "{value_zero,0}";
    }
    return millis > Expiration.LONGEST ? "{value_too_large," + millis + "}" : null;
  }

  private static @Nullable String notNegative(FieldValue value, FieldTable all) {
    return notNegative(value);
  }

  private static @Nullable String notNegative(FieldValue value) {
    if (!value.type().isInteger()) {
      return noInteger(value);
    }
    return value.integer() < 0 ? "{value_negative," + value.integer() + "}" : null;
  }

  private static String noInteger(FieldValue value) {
    return "\"expected integer, got " + value.type() + "\"";
  }

  private static @Nullable String priority(FieldValue value, FieldTable all) {
    String problem = notNegative(value);
    if (problem != null) {
      return problem;
    }
    return value.integer() > 255 ? "{max_value_exceeded," + value.integer() + "}" : null;
  }

  private static @Nullable String routingKey(FieldValue value, FieldTable all) {
    if (!value.isText()) {
      return unacceptable(value);
    }
    return all.has(EXCHANGE) ? null : "routing_key_but_no_dlx_defined";
  }

  private static @Nullable String mode(FieldValue value, FieldTable all) {
    if (!value.isText()) {
      return unacceptable(value);
    }
    String mode = value.toString();
    return mode.equals("default") || mode.equals("lazy")
        ? null
        : "\"unsupported queue mode '" + mode + "'\"";
  }

  private static @Nullable String version(FieldValue value, FieldTable all) {
    String problem = notNegative(value);
    if (problem != null) {
      return problem;
    }
    return value.integer() == 1 || value.integer() == 2
        ? null
        : "\"unsupported queue version '" + value.integer() + "'\"";
  }

  private static @Nullable String truth(FieldValue value, FieldTable all) {
    return value.type() == FieldType.BOOL ? null : unacceptable(value);
  }

  private static Rule oneOf(String problem, String... accepted) {
    return (value, all) -> {
      if (!value.isText()) {
        return unacceptable(value);
      }
      return Arrays.asList(accepted).contains(value.toString()) ? null : problem;
    };
  }

  private static String unacceptable(FieldValue value) {
    return "{unacceptable_type," + value.type() + "}";
  }

  private static RuntimeException invalid(String name, String label, String why) {
    return ReplyCode.PRECONDITION_FAILED.error("invalid arg '" + name + "' for " + label + why);
  }
}
