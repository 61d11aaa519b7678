/**
 * How {@link io.artel.events.testkit.RabbitMq} finds, starts and ends brokers. It may change at any
 * time.
 *
 * <p>Start reading at {@link io.artel.events.testkit.internal.broker.BrokerFinder}.
 */
@NullMarked
package io.artel.events.testkit.internal.broker;

import org.jspecify.annotations.NullMarked;
