package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.RabbitMq;

/**
 * A RabbitMQ for its caller alone, whose data is on a small disk.
 *
 * @param broker it runs
 * @param disk can be filled
 */
public record BrokerOnSmallDisk(RabbitMq broker, SmallDisk disk) {}
