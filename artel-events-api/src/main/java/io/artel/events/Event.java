package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened: the envelope that travels, and its payload.
 *
 * <p>Events are made by {@link EventType#event(Object)} and read by an {@link EventCodec}.
 * Immutable, and as safe for use by several threads as its payload is.
 *
 * @param <T> the payload class; {@link JsonNode} where the type is not known
 */
public final class Event<T> {

  /** How often a failing handler is called again, unless the event or its type says otherwise. */
  public static final int DEFAULT_MAX_RETRIES = 3;

  /** The longest source service, in bytes of UTF-8: it travels as AMQP's app_id. */
  public static final int MAX_SERVICE_LENGTH = 255;

  private final UUID id;
  private final String type;
  private final Instant timestamp;
  private final String sourceService;
  private final @Nullable UUID correlationId;
  private final @Nullable UUID causationId;
  private final EventPriority priority;
  private final int retries;
  private final int maxRetries;
  private final @Nullable UUID userId;
  private final @Nullable UUID sessionId;
  private final @Nullable UUID gameId;
  private final T data;
  private final Map<String, JsonNode> unknownKeys;
  private final boolean requiresAudience;
  private final boolean foreignConsumers;

  private Event(Builder<T> builder, String sourceService) {
    this.id = builder.id != null ? builder.id : UUID.randomUUID();
    this.type = builder.type;
    this.timestamp =
        requireWritable(builder.timestamp != null ? builder.timestamp : builder.clock.instant());
    this.sourceService = sourceService;
    this.correlationId = builder.correlationId;
    this.causationId = builder.causationId;
    this.priority = builder.priority;
    this.retries = builder.retries;
    this.maxRetries = builder.maxRetries;
    this.userId = builder.userId;
    this.sessionId = builder.sessionId;
    this.gameId = builder.gameId;
    this.data = builder.data;
    this.unknownKeys =
        builder.unknownKeys.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(builder.unknownKeys));
    this.requiresAudience = builder.requiresAudience;
    this.foreignConsumers = builder.foreignConsumers;
  }

  /** What makes this event the same one, however often it arrives. */
  public UUID id() {
    return id;
  }

  /** The name of its {@link EventType}. */
  public String type() {
    return type;
  }

  /** When it happened, in whole microseconds. */
  public Instant timestamp() {
    return timestamp;
  }

  /** The service that says so. */
  public String sourceService() {
    return sourceService;
  }

  /** The first event of the flow that this one belongs to; null on that first event itself. */
  public @Nullable UUID correlationId() {
    return correlationId;
  }

  /** The flow that this event belongs to: its correlation id, or its own id if it is the first. */
  public UUID flowId() {
    return correlationId != null ? correlationId : id;
  }

  /**
   * The event whose handling published this one, or null. It travels in a header, beside the body.
   */
  public @Nullable UUID causationId() {
    return causationId;
  }

  /** How urgent it is. */
  public EventPriority priority() {
    return priority;
  }

  /**
   * What the publisher wrote as {@code retries}; retries by this library are counted in a header.
   */
  public int retries() {
    return retries;
  }

  /** How often a failing handler is called again, unless its failure policy says otherwise. */
  public int maxRetries() {
    return maxRetries;
  }

  /** The user it is about, or null. */
  public @Nullable UUID userId() {
    return userId;
  }

  /** The session it belongs to, or null. Order is kept per session. */
  public @Nullable UUID sessionId() {
    return sessionId;
  }

  /** The game it belongs to, or null. */
  public @Nullable UUID gameId() {
    return gameId;
  }

  /**
   * The ordering key: events with the same key are published and, in ordered queues, handled in
   * order. The session id, else the event's own id.
   */
  public String key() {
    return (sessionId != null ? sessionId : id).toString();
  }

  /** The payload. */
  public T data() {
    return data;
  }

  /**
   * Keys of the envelope that this library does not know, as they came, in the order they came.
   * They are written back when the event is encoded.
   */
  public Map<String, JsonNode> unknownKeys() {
    return unknownKeys;
  }

  /**
   * Whether a publish of this event that no queue takes is an error; what its type says, and true
   * for an event that was read. Not on the wire and not part of {@link #equals}.
   */
  public boolean requiresAudience() {
    return requiresAudience;
  }

  /**
   * Whether others than this library may read it; as {@link #requiresAudience}, not on the wire.
   */
  public boolean hasForeignConsumers() {
    return foreignConsumers;
  }

  /** The routing key that it is published with; see {@link EventType#routingKey()}. */
  public String routingKey() {
    return EventType.routingKey(type);
  }

  /** A builder that starts from this event: same id, same everything. */
  public Builder<T> toBuilder() {
    return new Builder<>(this, data);
  }

  /** The same envelope around another payload. */
  public <R> Event<R> withData(R data) {
    return new Builder<>(this, data).build();
  }

  /** The same event, caused by that one; it is how a consumer adds what came in a header. */
  public Event<T> causedBy(@Nullable UUID causationId) {
    return Objects.equals(causationId, this.causationId)
        ? this
        : toBuilder().causation(causationId).build();
  }

  /** Equal when everything that travels is, payload included. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event<?> that
        && id.equals(that.id)
        && type.equals(that.type)
        && timestamp.equals(that.timestamp)
        && sourceService.equals(that.sourceService)
        && Objects.equals(correlationId, that.correlationId)
        && Objects.equals(causationId, that.causationId)
        && priority == that.priority
        && retries == that.retries
        && maxRetries == that.maxRetries
        && Objects.equals(userId, that.userId)
        && Objects.equals(sessionId, that.sessionId)
        && Objects.equals(gameId, that.gameId)
        && data.equals(that.data)
        && unknownKeys.equals(that.unknownKeys);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Type and ids only: payloads never reach logs. */
  @Override
  public String toString() {
    return type + " " + id + (sessionId != null ? " of session " + sessionId : "");
  }

  static String requireService(String service) {
    Objects.requireNonNull(service, "sourceService");
    if (!isService(service)) {
      throw new IllegalArgumentException(
          "sourceService must be printable and take 1 to "
              + MAX_SERVICE_LENGTH
              + " bytes in UTF-8, and has "
              + service.length()
              + " characters");
    }
    return service;
  }

  /** Whether a text can be a source service. */
  static boolean isService(String service) {
    boolean blank = true;
    int bytes = 0;
    for (int i = 0; i < service.length(); i++) {
      char c = service.charAt(i);
      if (Character.isISOControl(c)) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == service.length()
            || !Character.isLowSurrogate(service.charAt(i + 1))) {
          return false;
        }
        i++;
        bytes += 4;
        blank = false;
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        blank &= Character.isWhitespace(c);
      }
    }
    return !blank && bytes <= MAX_SERVICE_LENGTH;
  }

  static void requireNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ", but must not be negative");
    }
  }

  private static Instant requireWritable(Instant timestamp) {
    if (!isWritable(timestamp)) {
      throw new IllegalArgumentException(
          "timestamp "
              + timestamp
              + " is outside the years 0001 to 9999, which the wire can write");
    }
    return timestamp.truncatedTo(ChronoUnit.MICROS);
  }

  /** Whether an instant is within the years 0001 to 9999. */
  static boolean isWritable(Instant timestamp) {
    return !timestamp.isBefore(FIRST_INSTANT) && !timestamp.isAfter(LAST_INSTANT);
  }

  private static final Instant FIRST_INSTANT = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST_INSTANT = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /**
   * An event in the making. Not safe for use by several threads; an event it has built is.
   *
   * @param <T> the payload class
   */
  public static final class Builder<T> {
    private final String type;
    private final T data;
    private final boolean requiresAudience;
    private final boolean foreignConsumers;
    private @Nullable UUID id;
    private @Nullable Instant timestamp;
    private Clock clock = Clock.systemUTC();
    private @Nullable String sourceService;
    private @Nullable UUID correlationId;
    private @Nullable UUID causationId;
    private EventPriority priority;
    private int retries;
    private int maxRetries;
    private @Nullable UUID userId;
    private @Nullable UUID sessionId;
    private @Nullable UUID gameId;
    private Map<String, JsonNode> unknownKeys = Map.of();

    Builder(EventType<T> type, T data) {
      this.type = type.name();
      this.data = Objects.requireNonNull(data, "data");
      this.requiresAudience = type.requiresAudience();
      this.foreignConsumers = type.hasForeignConsumers();
      this.sourceService = type.sourceService();
      this.priority = type.priority();
      this.maxRetries = type.maxRetries();
    }

    /** For a codec: an event of a type that is known only by its name. */
    Builder(String type, T data) {
      this.type = EventType.requireName(type);
      this.data = Objects.requireNonNull(data, "data");
      this.requiresAudience = true;
      this.foreignConsumers = true;
      this.priority = EventPriority.NORMAL;
      this.maxRetries = DEFAULT_MAX_RETRIES;
    }

    private Builder(Event<?> event, T data) {
      this.type = event.type;
      this.data = Objects.requireNonNull(data, "data");
      this.requiresAudience = event.requiresAudience;
      this.foreignConsumers = event.foreignConsumers;
      this.id = event.id;
      this.timestamp = event.timestamp;
      this.sourceService = event.sourceService;
      this.correlationId = event.correlationId;
      this.causationId = event.causationId;
      this.priority = event.priority;
      this.retries = event.retries;
      this.maxRetries = event.maxRetries;
      this.userId = event.userId;
      this.sessionId = event.sessionId;
      this.gameId = event.gameId;
      this.unknownKeys = event.unknownKeys;
    }

    /** The event's id; random unless given. Give one where the same event may be made twice. */
    public Builder<T> id(UUID id) {
      this.id = Objects.requireNonNull(id, "id");
      return this;
    }

    /** When it happened; now unless given. */
    public Builder<T> timestamp(Instant timestamp) {
      this.timestamp = Objects.requireNonNull(timestamp, "timestamp");
      return this;
    }

    /** The clock that says when "now" is; the system's unless given. */
    public Builder<T> clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** The service that says so; unless given the type's, else the name of the publisher. */
    public Builder<T> source(String sourceService) {
      this.sourceService = requireService(sourceService);
      return this;
    }

    /** The first event of the flow; null, the default, makes this event the first. */
    public Builder<T> correlation(@Nullable UUID correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    /** The event that caused this one. */
    public Builder<T> causation(@Nullable UUID causationId) {
      this.causationId = causationId;
      return this;
    }

    /** How urgent it is; the type's priority unless given. */
    public Builder<T> priority(EventPriority priority) {
      this.priority = Objects.requireNonNull(priority, "priority");
      return this;
    }

    /**
     * The {@code retries} of the body; 0 unless given.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder<T> retries(int retries) {
      requireNotNegative("retries", retries);
      this.retries = retries;
      return this;
    }

    /**
     * How often a failing handler is called again; the type's number unless given.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder<T> maxRetries(int maxRetries) {
      requireNotNegative("maxRetries", maxRetries);
      this.maxRetries = maxRetries;
      return this;
    }

    /** The user it is about. */
    public Builder<T> user(@Nullable UUID userId) {
      this.userId = userId;
      return this;
    }

    /** The session it belongs to, whose order is kept. */
    public Builder<T> session(@Nullable UUID sessionId) {
      this.sessionId = sessionId;
      return this;
    }

    /** The game it belongs to. */
    public Builder<T> game(@Nullable UUID gameId) {
      this.gameId = gameId;
      return this;
    }

    /** Further keys of the envelope, written after the known ones. */
    public Builder<T> unknownKeys(Map<String, JsonNode> unknownKeys) {
      unknownKeys.forEach(
          (key, value) -> {
            Objects.requireNonNull(value, "a null among unknownKeys is a NullNode");
            if (EnvelopeKey.of(Objects.requireNonNull(key, "key")) != null) {
              throw new IllegalArgumentException(
                  "'" + key + "' is a key of every envelope and has a method of its own");
            }
          });
      this.unknownKeys = unknownKeys;
      return this;
    }

    /** The name of the event's type. */
    public String type() {
      return type;
    }

    /** The id given so far, or null. */
    public @Nullable UUID id() {
      return id;
    }

    /** The session given so far, or null. */
    public @Nullable UUID session() {
      return sessionId;
    }

    /** The game given so far, or null. */
    public @Nullable UUID game() {
      return gameId;
    }

    /** The user given so far, or null. */
    public @Nullable UUID user() {
      return userId;
    }

    /**
     * The event.
     *
     * @throws IllegalStateException if neither this builder nor the type names a source service
     * @throws IllegalArgumentException if the timestamp is outside the years 0001 to 9999
     */
    public Event<T> build() {
      if (sourceService == null) {
        throw new IllegalStateException(
            "event "
                + type
                + " has no source service: say .source(\"…\"), or give its type one, or let a"
                + " publisher build it");
      }
      return new Event<>(this, sourceService);
    }

    /** The event, from this service unless the builder or the type names another. */
    public Event<T> build(String defaultSource) {
      return new Event<>(
          this, sourceService != null ? sourceService : requireService(defaultSource));
    }
  }
}
