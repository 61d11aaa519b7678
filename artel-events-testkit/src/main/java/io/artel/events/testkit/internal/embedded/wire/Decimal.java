package io.artel.events.testkit.internal.embedded.wire;

/**
 * A decimal number as AMQP carries it.
 *
 * @param scale digits after the point, 0 to 255
 * @param unscaled the number without its point, 32 bits unsigned
 */
public record Decimal(int scale, long unscaled) {}
