package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.function.Consumer;

/**
 * What the queues of a virtual host share.
 *
 * @param dialect which RabbitMQ they behave like
 * @param vhost the name of the virtual host
 * @param timers the time
 * @param deadLetters takes what they drop
 * @param remove takes a queue out of the virtual host that deletes itself
 */
record QueueHome(
    Dialect dialect,
    String vhost,
    Timers timers,
    DeadLetters deadLetters,
    Consumer<MessageQueue> remove) {}
