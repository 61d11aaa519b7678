/**
 * Brokers and other means for testing with artel-events.
 *
 * <p>Start reading at {@link io.artel.events.testkit.ArtelTest} for tests, at {@link
 * io.artel.events.testkit.EmbeddedBroker} and {@link io.artel.events.testkit.RabbitMq} for brokers.
 */
@NullMarked
package io.artel.events.testkit;

import org.jspecify.annotations.NullMarked;
