package io.artel.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body. Where {@code event_type} comes before {@code data}, as this library and the
 * Python services write it, the payload is bound while the envelope is parsed; where it comes
 * after, the data is passed over and bound from its bytes at the end.
 */
final class EnvelopeReader<T> {

  private static final String BODY = "body";

  /** In place of the key itself: in a body that is broken, any text may turn up as a key. */
  private static final String UNKNOWN_KEY = "an unknown key";

  private final PayloadMapper mapper;
  private final byte[] body;
  private final Function<String, ? extends Class<? extends T>> payloads;

  private String place = BODY;
  private @Nullable String last;
  private int offset;
  private final EnumSet<EnvelopeKey> seen = EnumSet.noneOf(EnvelopeKey.class);
  private @Nullable UUID id;
  private @Nullable UUID correlationId;
  private @Nullable UUID userId;
  private @Nullable UUID sessionId;
  private @Nullable UUID gameId;
  private @Nullable String type;
  private @Nullable Instant timestamp;
  private @Nullable String sourceService;
  private EventPriority priority = EventPriority.NORMAL;
  private int retries;
  private int maxRetries = Event.DEFAULT_MAX_RETRIES;
  private @Nullable T data;
  private int dataStart;
  private int dataEnd;
  private @Nullable Map<String, JsonNode> unknownKeys;

  /**
   * For one body.
   *
   * @param payloads the payload class for the name of a type
   */
  EnvelopeReader(
      PayloadMapper mapper, byte[] body, Function<String, ? extends Class<? extends T>> payloads) {
    this.mapper = mapper;
    this.body = body;
    this.payloads = payloads;
  }

  Event<T> read() {
    parse(0, body.length, this::readEnvelope);
    requireSeen();
    if (data == null) {
      parse(dataStart, dataEnd, this::readDataAfterwards);
    }
    return event();
  }

  /** A step of reading, which leaves what went wrong in words to {@link #parse}. */
  private interface Step {
    void read(JsonParser parser) throws IOException;
  }

  private void parse(int start, int end, Step step) {
    offset = start;
    try (JsonParser parser = mapper.parser(body, start, end)) {
      try {
        step.read(parser);
      } catch (MalformedEventException e) {
        throw e;
      } catch (IOException | RuntimeException | StackOverflowError e) {
        throw DecodeReason.of(place(parser), e, parser, offset, mapper);
      }
    } catch (IOException e) {
      throw new MalformedEventException(place + ": cannot be read");
    }
  }

  /** The parser reads ahead: what fails between two keys is the next one's value, or the comma. */
  private String place(JsonParser parser) {
    String ahead = parser.getParsingContext().getCurrentName();
    if (!place.equals(BODY) || ahead == null) {
      return place;
    }
    return (ahead.equals(last) ? "after " : "")
        + (EnvelopeKey.of(ahead) != null ? ahead : UNKNOWN_KEY);
  }

  private void readEnvelope(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw expected("an object", parser);
    }
    // A key in the order that we write is compared where it lies, and not looked up.
    EnvelopeKey expected = EnvelopeKey.EVENT_ID;
    boolean asExpected = parser.nextFieldName(expected.encoded);
    while (asExpected || parser.hasToken(JsonToken.FIELD_NAME)) {
      String name = parser.currentName();
      EnvelopeKey key = asExpected ? expected : EnvelopeKey.of(name);
      if (key != null) {
        place = key.wireName;
        if (!seen.add(key)) {
          throw malformed("is there twice");
        }
        parser.nextToken();
        readKnown(key, parser);
        expected = key.following();
      } else {
        readUnknown(name, parser);
      }
      place = BODY;
      last = name;
      asExpected = parser.nextFieldName(expected.encoded);
    }
    if (parser.nextToken() != null) {
      throw malformed("something follows the object");
    }
  }

  private void readKnown(EnvelopeKey key, JsonParser parser) throws IOException {
    switch (key) {
      case EVENT_ID -> id = uuid(parser);
      case CORRELATION_ID -> correlationId = uuidOrNull(parser);
      case USER_ID -> userId = uuidOrNull(parser);
      case SESSION_ID -> sessionId = uuidOrNull(parser);
      case GAME_ID -> gameId = uuidOrNull(parser);
      case EVENT_TYPE -> type = type(parser);
      case TIMESTAMP -> timestamp = timestamp(parser);
      case SOURCE_SERVICE -> sourceService = sourceService(parser);
      case PRIORITY -> priority = priority(parser);
      case RETRIES -> retries = count(parser);
      case MAX_RETRIES -> maxRetries = count(parser);
      case DATA -> readData(parser);
    }
  }

  private void readData(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw expected("an object", parser);
    }
    if (type != null) {
      bindData(parser, type);
      return;
    }
    dataStart = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    dataEnd = (int) parser.currentTokenLocation().getByteOffset() + 1;
  }

  private void readDataAfterwards(JsonParser parser) throws IOException {
    place = EnvelopeKey.DATA.wireName;
    parser.nextToken();
    bindData(parser, requireRead(type));
  }

  private void bindData(JsonParser parser, String typeName) throws IOException {
    data = mapper.read(parser, payloads.apply(typeName));
    if (data == null) {
      throw malformed("the payload class made null of it");
    }
  }

  private void readUnknown(String name, JsonParser parser) throws IOException {
    place = UNKNOWN_KEY;
    Map<String, JsonNode> keys = unknownKeys;
    if (keys == null) {
      keys = new LinkedHashMap<>();
      unknownKeys = keys;
    } else if (keys.containsKey(name)) {
      throw malformed("is there twice");
    }
    parser.nextToken();
    keys.put(name, mapper.readTree(parser));
  }

  private @Nullable UUID uuidOrNull(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.VALUE_NULL) ? null : uuid(parser);
  }

  private UUID uuid(JsonParser parser) throws IOException {
    UUID id =
        parser.hasToken(JsonToken.VALUE_STRING)
            ? WireUuid.parse(
                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
            : null;
    if (id == null) {
      throw expected("a UUID", parser);
    }
    return id;
  }

  private String type(JsonParser parser) throws IOException {
    String name = text(parser);
    if (!EventType.isName(name)) {
      throw malformed(
          "expected domain.name of letters, digits, _ and -, at most "
              + EventType.MAX_NAME_LENGTH
              + " characters");
    }
    return name;
  }

  private String sourceService(JsonParser parser) throws IOException {
    String service = text(parser);
    if (!Event.isService(service)) {
      throw malformed("expected 1 to " + Event.MAX_SERVICE_LENGTH + " printable bytes");
    }
    return service;
  }

  private Instant timestamp(JsonParser parser) throws IOException {
    Instant time =
        parser.hasToken(JsonToken.VALUE_STRING)
            ? WireTime.parse(
                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
            : null;
    if (time == null) {
      throw expected("a time such as 2026-11-23T05:47:00.123456", parser);
    }
    if (!Event.isWritable(time)) {
      throw malformed("is outside the years 0001 to 9999");
    }
    return time;
  }

  private EventPriority priority(JsonParser parser) throws IOException {
    if (isInt(parser)) {
      int number = parser.getIntValue();
      for (EventPriority candidate : PRIORITIES) {
        if (candidate.number() == number) {
          return candidate;
        }
      }
    } else if (parser.hasToken(JsonToken.VALUE_STRING)) {
      EventPriority named = PRIORITIES_BY_NAME.get(parser.getText().toUpperCase(Locale.ROOT));
      if (named != null) {
        return named;
      }
    }
    throw expected("1, 5, 8, 10 or one of LOW, NORMAL, HIGH, CRITICAL", parser);
  }

  private int count(JsonParser parser) throws IOException {
    if (isInt(parser)) {
      int count = parser.getIntValue();
      if (count >= 0) {
        return count;
      }
    }
    throw expected("an integer from 0 to " + Integer.MAX_VALUE, parser);
  }

  private static boolean isInt(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        && parser.getNumberType() == JsonParser.NumberType.INT;
  }

  private String text(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw expected("a string", parser);
    }
    return parser.getText();
  }

  private void requireSeen() {
    if (seen.containsAll(REQUIRED)) {
      return;
    }
    EnumSet<EnvelopeKey> missing = EnumSet.copyOf(REQUIRED);
    missing.removeAll(seen);
    throw new MalformedEventException(
        missing.stream()
            .map(key -> key.wireName)
            .collect(Collectors.joining(", ", "", ": missing")));
  }

  private Event<T> event() {
    Event.Builder<T> builder =
        new Event.Builder<>(requireRead(type), requireRead(data))
            .id(requireRead(id))
            .timestamp(requireRead(timestamp))
            .correlation(correlationId)
            .priority(priority)
            .retries(retries)
            .maxRetries(maxRetries)
            .user(userId)
            .session(sessionId)
            .game(gameId);
    if (unknownKeys != null) {
      builder.unknownKeys(unknownKeys);
    }
    return builder.build(requireRead(sourceService));
  }

  private static <V> V requireRead(@Nullable V value) {
    if (value == null) {
      throw new IllegalStateException("every required key was seen, so it was read");
    }
    return value;
  }

  private MalformedEventException expected(String what, JsonParser parser) {
    return malformed(
        "expected " + what + ", found " + DecodeReason.describe(parser.currentToken()));
  }

  private MalformedEventException malformed(String what) {
    return new MalformedEventException(place + ": " + what);
  }

  private static final EventPriority[] PRIORITIES = EventPriority.values();

  private static final Map<String, EventPriority> PRIORITIES_BY_NAME =
      Map.of(
          "LOW", EventPriority.LOW,
          "NORMAL", EventPriority.NORMAL,
          "HIGH", EventPriority.HIGH,
          "CRITICAL", EventPriority.CRITICAL);

  private static final EnumSet<EnvelopeKey> REQUIRED =
      EnumSet.of(
          EnvelopeKey.EVENT_ID,
          EnvelopeKey.EVENT_TYPE,
          EnvelopeKey.TIMESTAMP,
          EnvelopeKey.SOURCE_SERVICE,
          EnvelopeKey.DATA);
}
