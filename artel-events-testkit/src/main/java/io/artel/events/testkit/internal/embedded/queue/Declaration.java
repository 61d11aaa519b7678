package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants a queue to be.
 *
 * @param name its name
 * @param durable whether it outlives a restart
 * @param autoDelete whether it goes with its last consumer
 * @param owner the connection that alone may use it, or null
 * @param arguments the arguments
 */
record Declaration(
    String name,
    boolean durable,
    boolean autoDelete,
    @Nullable Object owner,
    FieldTable arguments) {}
