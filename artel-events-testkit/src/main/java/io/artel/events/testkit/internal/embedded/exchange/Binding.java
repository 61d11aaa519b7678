package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;

/**
 * The rule that an exchange passes matching messages on. Two bindings are the same if all four
 * parts are equal.
 *
 * @param source the exchange
 * @param destination where to
 * @param routingKey what it says depends on the type of the exchange
 * @param arguments what they say depends on the type of the exchange
 */
public record Binding(
    String source, Destination destination, String routingKey, FieldTable arguments) {}
