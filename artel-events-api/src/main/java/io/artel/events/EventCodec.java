package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.function.Function;

/**
 * Turns events into the bytes that travel and back: one JSON object with the twelve keys of the
 * envelope, and the payload under {@code data}.
 *
 * <p>Payload classes are records, or anything else that Jackson binds: snake_case on the wire,
 * {@code java.time} as ISO text, enums by name, nulls written. Fields that a payload class does not
 * have are ignored; values of another kind, such as {@code "5"} for an {@code int}, and null or
 * nothing for a primitive are refused.
 *
 * <p>Reading trusts nobody: whatever the bytes are, it ends in an event or in a {@link
 * MalformedEventException} whose text says where and why without quoting them.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class EventCodec {

  /** The longest body, in bytes, unless {@link Builder#maxBytes} says otherwise: 1 MiB. */
  public static final int DEFAULT_MAX_BYTES = 1024 * 1024;

  /** How deep a body may be nested unless {@link Builder#maxDepth} says otherwise. */
  public static final int DEFAULT_MAX_DEPTH = 100;

  private static final int HIGHEST_MAX_BYTES = 16 * 1024 * 1024;

  private final PayloadMapper mapper;
  private final EnvelopeWriter writer;
  private final int maxBytes;

  private EventCodec(Builder builder) {
    mapper = new PayloadMapper(builder.maxBytes, builder.maxDepth);
    writer = new EnvelopeWriter(mapper, builder.timestampStyle, builder.maxBytes, builder.maxDepth);
    maxBytes = builder.maxBytes;
  }

  /** A codec with the defaults. */
  public static EventCodec create() {
    return builder().build();
  }

  /** A codec in the making, with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The body of an event: UTF-8, keys in the order of the wire contract, unknown keys last.
   *
   * @throws IllegalArgumentException if the event cannot be written: its data is no JSON object, or
   *     something in it is NaN, infinite, half a surrogate pair or of a class that Jackson does not
   *     know, or the body is too long or nested too deep; the text names the type and the place
   */
  public byte[] encode(Event<?> event) {
    return writer.write(event);
  }

  /**
   * The event in a body; its payload is of the class that the catalog has for its type, and a
   * {@link JsonNode} if the catalog has none.
   *
   * @throws MalformedEventException if the body is no event, or its data does not fit that class
   */
  public Event<?> decode(byte[] body, EventCatalog catalog) {
    Objects.requireNonNull(catalog, "catalog");
    return this.<Object>read(body, name -> payload(catalog, name));
  }

  /**
   * The event in a body, which must be of this type.
   *
   * @throws MalformedEventException if the body is no event, or one of another type, or its data
   *     does not fit the type's class
   */
  public <T> Event<T> decode(byte[] body, EventType<T> type) {
    Objects.requireNonNull(type, "type");
    return read(
        body,
        name -> {
          if (!name.equals(type.name())) {
            throw new MalformedEventException(
                "event_type: expected " + type.name() + ", found another one");
          }
          return type.payload();
        });
  }

  /**
   * The event in a body, with its data as a JSON tree, whatever its type.
   *
   * @throws MalformedEventException if the body is no event
   */
  public Event<JsonNode> decodeTree(byte[] body) {
    return read(body, name -> JsonNode.class);
  }

  private static Class<?> payload(EventCatalog catalog, String name) {
    return catalog.find(name).<Class<?>>map(EventType::payload).orElse(JsonNode.class);
  }

  private <T> Event<T> read(byte[] body, Function<String, ? extends Class<? extends T>> payloads) {
    if (body.length == 0) {
      throw new MalformedEventException("body: is empty");
    }
    if (body.length > maxBytes) {
      throw new MalformedEventException(
          "body: has " + body.length + " bytes, and at most " + maxBytes + " are read");
    }
    String complaint = BodyScan.complaint(body);
    if (complaint != null) {
      throw new MalformedEventException("body: " + complaint);
    }
    return new EnvelopeReader<T>(mapper, body, payloads).read();
  }

  /** A codec in the making. Not safe for use by several threads; a codec it has built is. */
  public static final class Builder {
    private TimestampStyle timestampStyle = TimestampStyle.NAIVE_UTC;
    private int maxBytes = DEFAULT_MAX_BYTES;
    private int maxDepth = DEFAULT_MAX_DEPTH;

    private Builder() {}

    /** How timestamps are written; {@link TimestampStyle#NAIVE_UTC} unless given. */
    public Builder timestampStyle(TimestampStyle timestampStyle) {
      this.timestampStyle = Objects.requireNonNull(timestampStyle, "timestampStyle");
      return this;
    }

    /**
     * The longest body that is written or read, in bytes; {@value EventCodec#DEFAULT_MAX_BYTES}
     * unless given.
     *
     * @throws IllegalArgumentException unless it is 1 to 16 MiB
     */
    public Builder maxBytes(int maxBytes) {
      this.maxBytes = requireBetween("maxBytes", maxBytes, HIGHEST_MAX_BYTES);
      return this;
    }

    /**
     * How deep a body that is written or read may be nested; the body itself is 1 deep, its data 2.
     * {@value EventCodec#DEFAULT_MAX_DEPTH} unless given.
     *
     * @throws IllegalArgumentException unless it is 1 to {@value EventCodec#DEFAULT_MAX_DEPTH}
     */
    public Builder maxDepth(int maxDepth) {
      this.maxDepth = requireBetween("maxDepth", maxDepth, DEFAULT_MAX_DEPTH);
      return this;
    }

    /** The codec. */
    public EventCodec build() {
      return new EventCodec(this);
    }

    private static int requireBetween(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(name + " is " + value + ", but must be 1 to " + max);
      }
      return value;
    }
  }
}
