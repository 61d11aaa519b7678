package io.artel.events;

import com.fasterxml.jackson.core.io.SerializedString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The twelve keys of the body, in the order they are written. */
enum EnvelopeKey {
  EVENT_ID("event_id"),
  EVENT_TYPE("event_type"),
  TIMESTAMP("timestamp"),
  SOURCE_SERVICE("source_service"),
  CORRELATION_ID("correlation_id"),
  PRIORITY("priority"),
  RETRIES("retries"),
  MAX_RETRIES("max_retries"),
  USER_ID("user_id"),
  SESSION_ID("session_id"),
  GAME_ID("game_id"),
  DATA("data");

  private static final Map<String, EnvelopeKey> BY_NAME = new HashMap<>();

  static {
    for (EnvelopeKey key : values()) {
      BY_NAME.put(key.wireName, key);
    }
  }

  private static final EnvelopeKey[] ALL = values();

  final String wireName;

  /** The same, encoded once for generators and parsers. */
  @SuppressWarnings("ImmutableEnumChecker") // but for what it caches it never changes
  final SerializedString encoded;

  EnvelopeKey(String wireName) {
    this.wireName = wireName;
    this.encoded = new SerializedString(wireName);
  }

  /** The key that is written after this one; the last one follows itself. */
  @SuppressWarnings("EnumOrdinal") // the order in which they stand is the order on the wire
  EnvelopeKey following() {
    return ALL[Math.min(ordinal() + 1, ALL.length - 1)];
  }

  static @Nullable EnvelopeKey of(String wireName) {
    return BY_NAME.get(wireName);
  }
}
