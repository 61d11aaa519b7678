package io.artel.events;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that nobody will try again by itself, as it lies in its queue. What it says of itself
 * may be forged: it is for people to read.
 *
 * @param id what tells it from others: its message id, which for events is the event's id, or else
 *     a digest of its bytes
 * @param eventId the event's id, or null where the bytes are no event
 * @param eventType the event's type, or null where nothing says it
 * @param sessionId the event's session, or null where it has none or nothing says it
 * @param failedQueue the queue it failed in, as the topology names it; null if it never reached one
 * @param errorClass why it is here: the class of the failure ({@code transient}, {@code malformed},
 *     …), or what the broker did: {@link #EXPIRED}, {@link #OVERFLOW}, {@link #CRASH_LOOP}, {@link
 *     #REJECTED}, {@link #UNROUTED}
 * @param errorType the class of the exception, or null where there was none
 * @param errorMessage a sentence on what went wrong, without payload
 * @param retries how often it was tried again before it was given up
 * @param redrives how often it was put back before
 * @param failedAt when it failed first, or when the broker gave it up; null where nothing says it
 * @param originalExchange the exchange it was first published to, or null where nothing says it
 * @param originalRoutingKey the routing key it was first published with, or null likewise
 * @param headers all of its headers, as plain Java values
 * @param body its bytes, as they were published
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeadLetter(
    String id,
    @Nullable UUID eventId,
    @Nullable String eventType,
    @Nullable UUID sessionId,
    @Nullable String failedQueue,
    String errorClass,
    @Nullable String errorType,
    String errorMessage,
    int retries,
    int redrives,
    @Nullable Instant failedAt,
    @Nullable String originalExchange,
    @Nullable String originalRoutingKey,
    Map<String, Object> headers,
    byte[] body) {

  /** The error class of what waited longer than its queue, or itself, allowed. */
  public static final String EXPIRED = "expired";

  /** The error class of what a full queue pushed out. */
  public static final String OVERFLOW = "overflow";

  /** The error class of what brought its consumers down until the broker gave it up. */
  public static final String CRASH_LOOP = "crash_loop";

  /** The error class of what a consumer other than ours rejected. */
  public static final String REJECTED = "rejected";

  /** The error class of what no binding took. */
  public static final String UNROUTED = "unrouted";

  /** Without the body, and without the headers' values. */
  @Override
  public String toString() {
    return (eventType == null ? "message" : eventType)
        + " "
        + id
        + " ("
        + errorClass
        + ", "
        + body.length
        + " bytes)";
  }
}
