package io.artel.events;

import java.time.Duration;
import java.util.UUID;

/**
 * The broker's confirmation of one event.
 *
 * @param eventId the event's id, for events that got theirs while being published
 * @param routed whether at least one queue took it; false only for a type with {@link
 *     EventType#optionalAudience()}
 * @param broker host and port of the broker that took it, or its name among several
 * @param attempts how often it was sent until the broker confirmed it; 1 when all went well
 * @param elapsed from the call of publish to the confirmation
 */
public record PublishReceipt(
    UUID eventId, boolean routed, String broker, int attempts, Duration elapsed) {}
