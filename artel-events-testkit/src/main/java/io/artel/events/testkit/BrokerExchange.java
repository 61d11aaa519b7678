package io.artel.events.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of an {@link EmbeddedBroker}.
 *
 * @param name the name; empty for the default exchange
 * @param type the type, for example {@code topic}
 * @param durable whether it outlives a restart
 * @param autoDelete whether it goes with its last binding
 * @param internal whether only other exchanges may send to it
 * @param arguments the arguments, with values as in {@link BrokerMessage#headers()}
 */
public record BrokerExchange(
    String name,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean internal,
    Map<String, @Nullable Object> arguments) {}
