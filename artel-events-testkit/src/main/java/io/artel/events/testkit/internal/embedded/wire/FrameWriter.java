package io.artel.events.testkit.internal.embedded.wire;

import java.util.function.Consumer;

/** Writes whole frames, one after the other, into a growing buffer. */
public final class FrameWriter {
  /** The bytes of a frame beside its payload: type, channel, size and end mark. */
  public static final int OVERHEAD = 8;

  /** The type of a frame that holds a method. */
  public static final int METHOD = 1;

  /** The type of a frame that holds the size and properties of a content. */
  public static final int HEADER = 2;

  /** The type of a frame that holds a part of a body. */
  public static final int BODY = 3;

  /** The type of a heartbeat. */
  public static final int HEARTBEAT = 8;

  /** The last byte of every frame. */
  public static final int END = 0xCE;

  private final WireWriter out = new WireWriter(1024);

  /** {@return what has been written; the reader clears it} */
  public WireWriter out() {
    return out;
  }

  /** Writes a method's frame. */
  public void method(int channel, Method method, Consumer<WireWriter> arguments) {
    int start = begin(METHOD, channel);
    out.shortInt(method.classId()).shortInt(method.methodId());
    arguments.accept(out);
    end(start);
  }

  /** Writes the frames of a content: its header and, unless it is empty, its body in parts. */
  public void content(int channel, byte[] properties, byte[] body, int frameMax) {
    int start = begin(HEADER, channel);
    out.shortInt(Method.BASIC_PUBLISH.classId()).shortInt(0).longLong(body.length);
    out.bytes(properties, 0, properties.length);
    end(start);
    int largest = frameMax == 0 ? Integer.MAX_VALUE : frameMax - OVERHEAD;
    for (int from = 0; from < body.length; from += Math.min(largest, body.length - from)) {
      start = begin(BODY, channel);
      out.bytes(body, from, Math.min(largest, body.length - from));
      end(start);
    }
  }

  /** Writes a heartbeat. */
  public void heartbeat() {
    end(begin(HEARTBEAT, 0));
  }

  private int begin(int type, int channel) {
    int start = out.length();
    out.octet(type).shortInt(channel).longInt(0);
    return start;
  }

  private void end(int start) {
    out.putInt(start + 3, out.length() - start - 7);
    out.octet(END);
  }
}
