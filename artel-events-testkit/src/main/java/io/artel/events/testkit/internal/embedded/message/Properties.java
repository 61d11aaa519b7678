package io.artel.events.testkit.internal.embedded.message;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.MalformedException;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message. They pass through as the bytes in which they came; only what routing
 * and queues ask for is read from them, when it is asked for.
 */
public final class Properties {
  private static final int CONTENT_TYPE = 0;
  private static final int CONTENT_ENCODING = 1;
  private static final int HEADERS = 2;
  private static final int DELIVERY_MODE = 3;
  private static final int PRIORITY = 4;
  private static final int CORRELATION_ID = 5;
  private static final int REPLY_TO = 6;
  private static final int EXPIRATION = 7;
  private static final int MESSAGE_ID = 8;
  private static final int TIMESTAMP = 9;
  private static final int TYPE = 10;
  private static final int USER_ID = 11;
  private static final int APP_ID = 12;
  private static final int COUNT = 14;
  private static final int ABSENT = -1;
  private static final int PERSISTENT = 2;

  private final byte[] bytes;

  /** Where each property's value starts, and after the last one where all end. */
  private final int[] starts;

  private @Nullable FieldTable headers;

  private Properties(byte[] bytes, int[] starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /**
   * Reads the flags and finds the values.
   *
   * @param bytes a content header's payload from its flags on
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if they are no properties
   */
  public static Properties of(byte[] bytes) {
    try {
      return new Properties(bytes, starts(ByteBuffer.wrap(bytes)));
    } catch (MalformedException e) {
      // RabbitMQ falls over such properties, and says no more.
      throw ReplyCode.INTERNAL_ERROR.error("");
    }
  }

  private static int[] starts(ByteBuffer buffer) {
    WireReader in = new WireReader(buffer);
    int flags = in.shortInt();
    if ((flags & 1) != 0) {
      throw new MalformedException(MalformedException.Kind.WRONG_LENGTH);
    }
    int[] starts = new int[COUNT + 1];
    for (int property = 0; property < COUNT; property++) {
      starts[property] = ABSENT;
      if ((flags & 1 << (15 - property)) != 0) {
        starts[property] = buffer.position();
        check(in, property);
      }
    }
    starts[COUNT] = buffer.position();
    return starts;
  }

  private static void check(WireReader in, int property) {
    switch (property) {
      case HEADERS -> in.checkTable();
      case DELIVERY_MODE, PRIORITY -> in.octet();
      case TIMESTAMP -> in.longLong();
      default -> in.skipShortString();
    }
  }

  /** {@return the bytes from the flags on, as a content header carries them; left alone by all} */
  public byte[] bytes() {
    return bytes;
  }

  /** {@return the delivery mode, or -1 if there is none} */
  public int deliveryMode() {
    return starts[DELIVERY_MODE] == ABSENT ? ABSENT : bytes[starts[DELIVERY_MODE]] & 0xff;
  }

  /** Whether the message outlives a restart in a durable queue. */
  public boolean persistent() {
    return deliveryMode() == PERSISTENT;
  }

  /** {@return the priority, or -1 if there is none} */
  public int priority() {
    return starts[PRIORITY] == ABSENT ? -1 : bytes[starts[PRIORITY]] & 0xff;
  }

  /** {@return the time to live as the publisher wrote it, or null} */
  public @Nullable String expiration() {
    return text(EXPIRATION);
  }

  /** {@return the user that the publisher claims to be, or null} */
  public @Nullable String userId() {
    return text(USER_ID);
  }

  /** {@return the address for replies, or null} */
  public @Nullable String replyTo() {
    return text(REPLY_TO);
  }

  /** {@return the correlation id, or null} */
  public @Nullable String correlationId() {
    return text(CORRELATION_ID);
  }

  /** {@return the message id, or null} */
  public @Nullable String messageId() {
    return text(MESSAGE_ID);
  }

  /** {@return the content type, or null} */
  public @Nullable String contentType() {
    return text(CONTENT_TYPE);
  }

  /** {@return the content encoding, or null} */
  public @Nullable String contentEncoding() {
    return text(CONTENT_ENCODING);
  }

  /** {@return the type, or null} */
  public @Nullable String type() {
    return text(TYPE);
  }

  /** {@return the application id, or null} */
  public @Nullable String appId() {
    return text(APP_ID);
  }

  /** {@return the time in seconds since 1970, or null} */
  public @Nullable Long timestamp() {
    return starts[TIMESTAMP] == ABSENT ? null : at(TIMESTAMP).longLong();
  }

  /** Whether there is a table of headers, be it an empty one. */
  public boolean hasHeaders() {
    return starts[HEADERS] != ABSENT;
  }

  /** {@return the headers; empty if there are none} */
  public FieldTable headers() {
    FieldTable known = headers;
    if (known == null) {
      known = hasHeaders() ? at(HEADERS).table() : FieldTable.EMPTY;
      headers = known;
    }
    return known;
  }

  /** {@return these properties with other headers} */
  public Properties withHeaders(FieldTable newHeaders) {
    WireWriter value = new WireWriter().table(newHeaders);
    return with(HEADERS, value.toBytes());
  }

  /** {@return these properties without headers at all} */
  public Properties withoutHeaders() {
    return with(HEADERS, null);
  }

  /** {@return these properties without a time to live} */
  public Properties withoutExpiration() {
    return with(EXPIRATION, null);
  }

  /** {@return these properties with another address for replies} */
  public Properties withReplyTo(String address) {
    return with(REPLY_TO, new WireWriter().shortString(address).toBytes());
  }

  private Properties with(int property, byte @Nullable [] value) {
    WireWriter out = new WireWriter(bytes.length + 64);
    int flags = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    int flag = 1 << (15 - property);
    out.shortInt(value == null ? flags & ~flag : flags | flag);
    for (int other = 0; other < COUNT; other++) {
      if (other == property) {
        if (value != null) {
          out.bytes(value, 0, value.length);
        }
      } else if (starts[other] != ABSENT) {
        out.bytes(bytes, starts[other], end(other) - starts[other]);
      }
    }
    return of(out.toBytes());
  }

  private int end(int property) {
    int next = property + 1;
    while (starts[next] == ABSENT) {
      next++;
    }
    return starts[next];
  }

  /** These texts may be no UTF-8; only who asks for one then sees a replacement. */
  private @Nullable String text(int property) {
    int start = starts[property];
    return start == ABSENT
        ? null
        : new String(bytes, start + 1, bytes[start] & 0xff, StandardCharsets.UTF_8);
  }

  private WireReader at(int property) {
    int start = starts[property];
    return new WireReader(ByteBuffer.wrap(bytes, start, bytes.length - start));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Properties that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
