package io.artel.events.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A binding in an {@link EmbeddedBroker}.
 *
 * @param source the exchange that messages come from
 * @param destination the queue or exchange that they go to
 * @param toExchange whether the destination is an exchange
 * @param routingKey the binding key
 * @param arguments the arguments, with values as in {@link BrokerMessage#headers()}
 */
public record BrokerBinding(
    String source,
    String destination,
    boolean toExchange,
    String routingKey,
    Map<String, @Nullable Object> arguments) {}
