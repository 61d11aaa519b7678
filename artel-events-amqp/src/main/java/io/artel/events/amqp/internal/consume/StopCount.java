package io.artel.events.amqp.internal.consume;

/**
 * What a stopped subscription leaves.
 *
 * @param settled deliveries with an outcome
 * @param left deliveries given back
 * @param interrupted handlers that still ran
 */
public record StopCount(long settled, long left, int interrupted) {}
