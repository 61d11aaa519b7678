package io.artel.events.amqp.internal.publish;

import java.time.Duration;

/**
 * How events are spread over several brokers.
 *
 * @param keysInTurn whether events with a key go to one broker after the other as well
 * @param patience how long what waits for a broker waits before it goes to another one
 */
public record Spread(boolean keysInTurn, Duration patience) {}
