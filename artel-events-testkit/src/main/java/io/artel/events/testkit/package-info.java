/**
 * Brokers and other means for testing with artel-events.
 *
 * <p>Start reading at {@link io.artel.events.testkit.RabbitMq}.
 */
@NullMarked
package io.artel.events.testkit;

import org.jspecify.annotations.NullMarked;
