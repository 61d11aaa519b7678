package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;

/**
 * An exchange as it was declared.
 *
 * @param name its name, empty for the default exchange
 * @param type for example {@code topic}
 * @param durable whether it outlives a restart
 * @param autoDelete whether it goes with the last binding of which it is the source
 * @param internal whether only other exchanges and dead-lettering may publish to it
 * @param arguments among them {@code alternate-exchange}
 */
public record ExchangeDefinition(
    String name,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean internal,
    FieldTable arguments) {}
