package io.artel.events.examples.play;

import io.artel.events.Event;

/**
 * One event that the players' side publishes.
 *
 * @param event the event, which names its session
 * @param children how many events the game service is expected to publish because of it
 */
record Move(Event<?> event, int children) {}
