/**
 * Events over RabbitMQ: connect, publish, subscribe, plan.
 *
 * <p>Start reading at {@link io.artel.events.amqp.ArtelEvents}.
 */
@NullMarked
package io.artel.events.amqp;

import org.jspecify.annotations.NullMarked;
