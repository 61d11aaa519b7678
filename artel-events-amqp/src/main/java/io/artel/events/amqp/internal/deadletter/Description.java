package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.artel.events.DeadLetter;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.MalformedEventException;
import io.artel.events.QueueSpec;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.Headers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dead letter: our own headers say why it is here, or else what the broker noted when it
 * moved it ({@code x-death}, the latest first). All of it can be forged, and none is obeyed.
 */
final class Description {

  private static final int MAX_RETRY_COUNT = 1000;
  private static final int DIGEST_CHARACTERS = 16;

  private final Home home;
  private final EventCodec codec;

  Description(Home home, EventCodec codec) {
    this.home = home;
    this.codec = codec;
  }

  /** What a message in the home says. */
  DeadLetter of(Letter letter) {
    return of(letter.envelope(), letter.properties(), letter.body());
  }

  DeadLetter of(Envelope envelope, BasicProperties properties, byte[] body) {
    Map<String, Object> headers = Headers.plain(properties.getHeaders());
    Event<?> event = event(properties, body);
    Death death = Death.latest(headers);
    String queue = death != null ? death.queue : Headers.text(headers, Headers.FAILED_QUEUE);
    QueueSpec owner = queue == null ? null : home.ownerOf(queue);
    String failedQueue = owner == null ? queue : owner.name();
    Instant failedAt = failedAt(death, headers);
    String firstExchange = Headers.text(headers, Headers.ORIGINAL_EXCHANGE);
    String firstKey = Headers.text(headers, Headers.ORIGINAL_ROUTING_KEY);
    String errorClass = Headers.text(headers, Headers.ERROR_CLASS);
    String errorMessage = Headers.text(headers, Headers.ERROR_MESSAGE);
    String errorType = Headers.text(headers, Headers.ERROR_TYPE);
    if (death != null) { // the broker came last: our copies carry none of its notes
      errorClass = death.errorClass();
      errorMessage = death.sentence(failedQueue);
      errorType = null;
    } else if (errorClass == null) {
      errorClass = DeadLetter.UNROUTED;
      errorMessage = "no queue was bound for '" + envelope.getRoutingKey() + "'";
    }
    String id = properties.getMessageId();
    return new DeadLetter(
        id != null && !id.isBlank() ? id : digest(body),
        event != null ? event.id() : null,
        event != null ? event.type() : Headers.text(headers, Headers.EVENT_TYPE),
        event != null ? event.sessionId() : session(headers, id),
        failedQueue,
        errorClass,
        errorType,
        Objects.requireNonNullElse(errorMessage, ""),
        Headers.count(headers, Headers.RETRY_COUNT, MAX_RETRY_COUNT),
        Headers.redrives(headers),
        failedAt,
        firstExchange != null ? firstExchange : death != null ? death.exchange : null,
        firstKey != null ? firstKey : death != null ? death.routingKey : envelope.getRoutingKey(),
        headers,
        body);
  }

  /** Where the event has no session, the header repeats its id. */
  private static @Nullable UUID session(Map<String, Object> headers, @Nullable String id) {
    UUID session = Headers.uuid(headers, Headers.SESSION_ID);
    return session == null || session.toString().equals(id) ? null : session;
  }

  private static @Nullable Instant failedAt(@Nullable Death death, Map<String, Object> headers) {
    if (death != null) {
      return death.time;
    }
    Instant failed = Headers.time(headers, Headers.FIRST_FAILED_AT);
    return failed != null ? failed : Headers.time(headers, Headers.PUBLISHED_AT);
  }

  /** The event in the bytes, or null where they are none, or several. */
  @Nullable Event<?> event(BasicProperties properties, byte[] body) {
    if (BatchMessages.isBatch(properties)) {
      return null;
    }
    try {
      return codec.decodeTree(body);
    } catch (MalformedEventException e) {
      return null; // which may be why it is here
    }
  }

  /** The key of the event in the bytes; what is no event has none, and they all share one. */
  String key(Letter letter) {
    Event<?> event = event(letter.properties(), letter.body());
    return event == null ? "" : event.key();
  }

  private static String digest(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** One note of the broker's. */
  private record Death(
      @Nullable String queue,
      @Nullable String reason,
      @Nullable Instant time,
      @Nullable String exchange,
      @Nullable String routingKey) {

    /** The latest; what came before is history. Its address is that of the oldest. */
    static @Nullable Death latest(Map<String, Object> headers) {
      if (!(headers.get("x-death") instanceof List<?> deaths)
          || deaths.isEmpty()
          || !(deaths.get(0) instanceof Map<?, ?> latest)) {
        return null;
      }
      Object first = deaths.get(deaths.size() - 1);
      Map<?, ?> oldest = first instanceof Map<?, ?> map ? map : latest;
      Object keys = oldest.get("routing-keys");
      return new Death(
          text(latest.get("queue")),
          text(latest.get("reason")),
          time(latest.get("time")),
          text(oldest.get("exchange")),
          keys instanceof List<?> list && !list.isEmpty() ? text(list.get(0)) : null);
    }

    String errorClass() {
      return switch (Objects.requireNonNullElse(reason, "")) {
        case "expired" -> DeadLetter.EXPIRED;
        case "maxlen" -> DeadLetter.OVERFLOW;
        case "delivery_limit" -> DeadLetter.CRASH_LOOP;
        default -> DeadLetter.REJECTED;
      };
    }

    String sentence(@Nullable String failedQueue) {
      String where = failedQueue == null ? "its queue" : "'" + failedQueue + "'";
      return switch (errorClass()) {
        case DeadLetter.EXPIRED -> "it waited in " + where + " for longer than is allowed";
        case DeadLetter.OVERFLOW -> where + " was full, and it was the oldest there";
        case DeadLetter.CRASH_LOOP ->
            "it came back from consumers of " + where + " without an end until its limit";
        default -> "a consumer of " + where + " rejected it";
      };
    }

    private static @Nullable String text(@Nullable Object value) {
      return value instanceof String text ? text : null;
    }

    private static @Nullable Instant time(@Nullable Object value) {
      if (value instanceof Instant instant) {
        return instant;
      }
      return value instanceof Date date ? date.toInstant() : null;
    }
  }
}
