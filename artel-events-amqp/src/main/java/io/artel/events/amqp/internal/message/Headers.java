package io.artel.events.amqp.internal.message;

import com.rabbitmq.client.LongString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The names of our headers, and how headers are read: defensively, since anybody can write them.
 */
public final class Headers {
  /** The event's type, again. */
  public static final String EVENT_TYPE = "event_type";

  /** The event's source service, again. */
  public static final String SOURCE_SERVICE = "source_service";

  /** The event's correlation id, again. */
  public static final String CORRELATION_ID = "correlation_id";

  /** The ordering key; always there, so that a hash exchange always has a value. */
  public static final String SESSION_ID = "session_id";

  /** The event whose handling published this one. */
  public static final String CAUSATION_ID = "causation_id";

  /** When it was sent, in epoch milliseconds. */
  public static final String PUBLISHED_AT = "published_at";

  /** How many events a batch holds; for people who look at queues, and read by nobody. */
  public static final String EVENT_COUNT = "event_count";

  /** How often it was tried before. */
  public static final String RETRY_COUNT = "retry_count";

  /** When its first attempt failed, in epoch milliseconds. */
  public static final String FIRST_FAILED_AT = "first_failed_at";

  /** The queue whose handler failed, as the topology names it. */
  public static final String FAILED_QUEUE = "failed_queue";

  /** On which of several brokers it failed. */
  public static final String FAILED_BROKER = "failed_broker";

  /** The exchange it was first published to. */
  public static final String ORIGINAL_EXCHANGE = "original_exchange";

  /** The routing key it was first published with. */
  public static final String ORIGINAL_ROUTING_KEY = "original_routing_key";

  /** The class of failure: transient, validation, permanent, malformed, … */
  public static final String ERROR_CLASS = "error_class";

  /** The exception's class. */
  public static final String ERROR_TYPE = "error_type";

  /** The exception's text, cut. */
  public static final String ERROR_MESSAGE = "error_message";

  /** How often it was put back from a dead-letter queue. */
  public static final String REDRIVE_COUNT = "redrive_count";

  /** The event's number among those of its key, from 1, within its epoch. */
  public static final String SEQUENCE = "sequence";

  /** The event's number among those of its key and type, from 1, within its epoch. */
  public static final String SEQUENCE_OF_TYPE = "sequence_of_type";

  /** Within what the numbers are counted: a text that no two publishers share. */
  public static final String SEQUENCE_EPOCH = "sequence_epoch";

  /** More redrives than this are nobody's count but a forgery, and count as so many. */
  public static final int MAX_REDRIVE_COUNT = 1000;

  private static final int MAX_DEPTH = 32;

  private Headers() {}

  /** The text of a header, or null where there is none or it is no text. */
  public static @Nullable String text(@Nullable Map<String, Object> headers, String name) {
    Object value = headers == null ? null : headers.get(name);
    return value instanceof LongString || value instanceof String ? value.toString() : null;
  }

  /** A count: any integer width, or decimal text; what is out of range or no number counts as 0. */
  public static int count(@Nullable Map<String, Object> headers, String name, int max) {
    Long value = integer(headers, name);
    return value == null || value < 0 || value > max ? 0 : value.intValue();
  }

  /** How often it was put back; what is too large counts as the most there is. */
  public static int redrives(@Nullable Map<String, Object> headers) {
    Long value = integer(headers, REDRIVE_COUNT);
    return value == null ? 0 : (int) Math.max(0, Math.min(value, MAX_REDRIVE_COUNT));
  }

  /** A number that is 1 or more, of any width or as decimal text; 0 if it is none up to there. */
  public static long positive(@Nullable Map<String, Object> headers, String name, long max) {
    Long value = integer(headers, name);
    return value == null || value < 1 || value > max ? 0 : value;
  }

  /** A time in epoch milliseconds, or null where there is none that a clock could show. */
  public static @Nullable Instant time(@Nullable Map<String, Object> headers, String name) {
    Long millis = integer(headers, name);
    return millis == null || millis < 0 || millis > 253_402_300_799_999L
        ? null
        : Instant.ofEpochMilli(millis);
  }

  /** A UUID, with or without hyphens, or null where there is none. */
  public static @Nullable UUID uuid(@Nullable Map<String, Object> headers, String name) {
    String text = text(headers, name);
    if (text == null) {
      return null;
    }
    String hyphenated =
        text.length() == 32
            ? text.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5")
            : text;
    if (hyphenated.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(hyphenated);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** All headers, as plain Java values. */
  public static Map<String, Object> plain(@Nullable Map<String, Object> headers) {
    return headers == null ? Map.of() : plainMap(headers, 0);
  }

  private static @Nullable Long integer(@Nullable Map<String, Object> headers, String name) {
    Object value = headers == null ? null : headers.get(name);
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return ((Number) value).longValue();
    }
    String text = text(headers, name);
    if (text == null || text.length() > 20) {
      return null;
    }
    try {
      return Long.valueOf(text.trim());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Map<String, Object> plainMap(Map<?, ?> map, int depth) {
    Map<String, Object> plain = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          Object converted = plainValue(value, depth + 1);
          if (converted != null) {
            plain.put(String.valueOf(key), converted);
          }
        });
    return Collections.unmodifiableMap(plain);
  }

  private static @Nullable Object plainValue(@Nullable Object value, int depth) {
    if (value == null || depth > MAX_DEPTH) {
      return null;
    } else if (value instanceof LongString) {
      return value.toString();
    } else if (value instanceof Date date) {
      return date.toInstant();
    } else if (value instanceof Map<?, ?> map) {
      return plainMap(map, depth);
    } else if (value instanceof List<?> list) {
      List<Object> plain = new ArrayList<>();
      for (Object element : list) {
        Object converted = plainValue(element, depth + 1);
        if (converted != null) {
          plain.add(converted);
        }
      }
      return Collections.unmodifiableList(plain);
    }
    return value;
  }
}
