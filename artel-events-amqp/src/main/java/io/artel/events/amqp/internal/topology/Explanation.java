package io.artel.events.amqp.internal.topology;

import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The broker's refusals as sentences that name what mends them. */
public final class Explanation {

  static final String CONSISTENT_HASH = "x-consistent-hash";

  static final String NO_PLUGIN =
      "the broker has no exchanges of type "
          + CONSISTENT_HASH
          + ", which partitions need: enable the plugin on every node with"
          + " rabbitmq-plugins enable rabbitmq_consistent_hash_exchange";

  static final String NOT_THERE =
      "somebody else declares it, and it is not there: start its owner first, or drop passive()";

  private static final String LOCKED =
      "it is exclusive to another connection: close that, or give ours another name";

  private Explanation() {}

  /** An object as texts name it. */
  static String subject(Step step) {
    if (step instanceof Exchange exchange) {
      return exchange(exchange.name());
    }
    if (step instanceof Queue queue) {
      return queue(queue.name());
    }
    Binding binding = (Binding) step;
    return binding(binding.exchange(), binding.destination(), key(binding));
  }

  static String exchange(String name) {
    return "exchange '" + name + "'";
  }

  static String queue(String name) {
    return "queue '" + name + "'";
  }

  /** What a binding routes by: its key, or the header that it compares. */
  static String key(Binding binding) {
    return binding.arguments().isEmpty()
        ? binding.routingKey()
        : binding.arguments().entrySet().stream()
            .filter(argument -> !argument.getKey().equals("x-match"))
            .map(argument -> argument.getKey() + "=" + argument.getValue())
            .sorted()
            .collect(Collectors.joining(" ", binding.routingKey(), ""));
  }

  static String binding(String source, String destination, String key) {
    return "binding '" + source + "' → '" + destination + "' by '" + key + "'";
  }

  /**
   * Which permission is wanting, and what grants it, or null if that is not what the broker
   * complains about.
   */
  public static @Nullable String ofMissingPermission(Throwable failure) {
    BrokerReply reply = BrokerReply.of(failure);
    return reply == null ? null : reply.refusal().map(Explanation::permission).orElse(null);
  }

  /** Why the broker refused something, as a sentence that follows the object's name. */
  static String of(BrokerReply reply) {
    if (reply.code() == BrokerReply.ACCESS_REFUSED) {
      return reply.refusal().map(Explanation::permission).orElseGet(Explanation::permission);
    }
    if (reply.code() == BrokerReply.RESOURCE_LOCKED) {
      return LOCKED;
    }
    if (reply.unknownExchangeType()) {
      return NO_PLUGIN;
    }
    return reply
        .invalidArgument()
        .map(
            argument ->
                "this broker does not take the argument '"
                    + argument
                    + "' ("
                    + reply.text()
                    + "): leave the option out, or use a broker that has it")
        .orElseGet(() -> "the broker refused: " + reply.code() + " " + reply.text());
  }

  private static String permission(BrokerReply.Refusal refusal) {
    return "user '"
        + refusal.user()
        + "' lacks the "
        + (refusal.access().isEmpty() ? "" : refusal.access() + " ")
        + "permission for "
        + refusal.object()
        + ": grant it with rabbitmqctl set_permissions -p "
        + quoted(refusal.virtualHost())
        + " "
        + quoted(refusal.user())
        + " '.*' '.*' '.*', or patterns that match our names";
  }

  private static String permission() {
    return "the user lacks a permission: grant it with"
        + " rabbitmqctl set_permissions -p VHOST USER '.*' '.*' '.*',"
        + " or patterns that match our names";
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
