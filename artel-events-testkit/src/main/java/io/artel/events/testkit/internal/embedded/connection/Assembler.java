package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.channel.Content;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FrameReader;
import io.artel.events.testkit.internal.embedded.wire.FrameWriter;
import io.artel.events.testkit.internal.embedded.wire.MalformedException;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts the frames of one channel together: a method, and where it has one, its content. */
final class Assembler {
  private static final int FIRST_ROOM = 64 * 1024;
  private static final int SIZE_START = 4;
  private static final int FLAGS_START = 12;

  /** The largest body that RabbitMQ accepts under any configuration. */
  private static final int LARGEST_BODY = 512 * 1024 * 1024;

  /** What an assembled method is given to. */
  interface Sink {
    void method(Method method, WireReader arguments, @Nullable Content content);
  }

  private final Dialect dialect;
  private final Sink sink;
  private @Nullable Method pending;
  private byte[] arguments = new byte[0];
  private @Nullable Properties properties;
  private byte[] body = new byte[0];
  private int filled;
  private long size;
  private boolean overflows;

  Assembler(Dialect dialect, Sink sink) {
    this.dialect = dialect;
    this.sink = sink;
  }

  /** Whether a frame has the fixed parts that its type needs. */
  static boolean isFrame(int type, ByteBuffer payload) {
    return switch (type) {
      case FrameWriter.METHOD -> payload.remaining() >= Integer.BYTES;
      case FrameWriter.HEADER ->
          payload.remaining() >= FLAGS_START + Short.BYTES && payload.getShort(2) == 0;
      case FrameWriter.BODY -> true;
      default -> false;
    };
  }

  void frame(int type, ByteBuffer payload) {
    switch (type) {
      case FrameWriter.METHOD -> method(payload);
      case FrameWriter.HEADER -> header(payload);
      default -> body(payload);
    }
  }

  private void method(ByteBuffer payload) {
    if (pending != null) {
      throw properties == null ? headerExpected() : bodyExpected();
    }
    WireReader in = new WireReader(payload);
    Method method = Method.of(in.shortInt(), in.shortInt());
    if (method == null) {
      throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    }
    check(method, payload);
    if (method != Method.BASIC_PUBLISH) {
      sink.method(method, in, null);
      return;
    }
    pending = method;
    arguments = new byte[payload.remaining()];
    payload.get(arguments);
    properties = null;
  }

  private static void check(Method method, ByteBuffer arguments) {
    try {
      method.check(new WireReader(arguments.duplicate()));
    } catch (MalformedException e) {
      if (e.kind() != MalformedException.Kind.WRONG_LENGTH) {
        throw e;
      }
      throw ReplyCode.FRAME_ERROR
          .error("cannot decode " + FrameReader.octets(arguments))
          .causedBy(method);
    }
  }

  private void header(ByteBuffer payload) {
    if (pending == null) {
      throw methodExpected();
    }
    if (properties != null) {
      throw bodyExpected();
    }
    int classId = payload.getShort(0) & 0xffff;
    if (classId != pending.classId()) {
      throw unexpected(
          "expected content header for class "
              + pending.classId()
              + ", got one for class "
              + classId
              + " instead");
    }
    size = payload.getLong(SIZE_START);
    byte[] flagsAndValues = new byte[payload.remaining() - FLAGS_START];
    payload.get(FLAGS_START, flagsAndValues);
    properties = Properties.of(flagsAndValues);
    requireAnnounced(size);
    body = new byte[(int) Math.min(Math.max(size, 0), FIRST_ROOM)];
    filled = 0;
    finishIfComplete();
  }

  private void body(ByteBuffer payload) {
    if (pending == null) {
      throw methodExpected();
    }
    if (properties == null) {
      throw headerExpected();
    }
    int count = payload.remaining();
    if (Long.compareUnsigned(filled + (long) count, size) > 0) {
      overflows = true;
      requireNoOverflow();
    }
    if (overflows || filled + (long) count > LARGEST_BODY) {
      // Earlier versions wait for an end that cannot come; what arrives meanwhile counts for
      // nothing.
      return;
    }
    if (filled + count > body.length) {
      long wanted = Math.max(body.length * 2L, filled + (long) count);
      long room = Long.compareUnsigned(size, wanted) < 0 ? size : wanted;
      body = Arrays.copyOf(body, (int) Math.min(room, LARGEST_BODY));
    }
    payload.get(body, filled, count);
    filled += count;
    finishIfComplete();
  }

  private void requireAnnounced(long bytes) {
    if (dialect.since(Dialect.V4_3) && Long.compareUnsigned(bytes, LARGEST_BODY) > 0) {
      throw ReplyCode.FRAME_ERROR
          .error(
              "content body size "
                  + Long.toUnsignedString(bytes)
                  + " exceeds maximum allowed size "
                  + LARGEST_BODY)
          .causedBy(pending);
    }
  }

  private void requireNoOverflow() {
    if (dialect.since(Dialect.V4_3)) {
      throw ReplyCode.FRAME_ERROR
          .error("content body frame exceeds remaining content size")
          .causedBy(pending);
    }
  }

  private void finishIfComplete() {
    Method method = pending;
    Properties complete = properties;
    if (!overflows && filled == size && method != null && complete != null) {
      pending = null;
      properties = null;
      byte[] whole = filled == body.length ? body : Arrays.copyOf(body, filled);
      body = new byte[0];
      sink.method(method, new WireReader(ByteBuffer.wrap(arguments)), new Content(complete, whole));
    }
  }

  private AmqpException headerExpected() {
    return unexpected("expected content header for class 60, got non content header frame instead");
  }

  private AmqpException bodyExpected() {
    return unexpected("expected content body, got non content body frame instead");
  }

  private AmqpException methodExpected() {
    return unexpected("expected method frame, got non method frame instead");
  }

  private AmqpException unexpected(String text) {
    return ReplyCode.UNEXPECTED_FRAME.error(text).causedBy(pending);
  }
}
