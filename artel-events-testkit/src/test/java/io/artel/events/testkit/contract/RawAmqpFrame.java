package io.artel.events.testkit.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame from the broker.
 *
 * @param type 1 method, 2 content header, 3 body, 8 heartbeat
 * @param channel the number of its channel
 * @param payload what lies between its header and its end marker
 */
record RawAmqpFrame(int type, int channel, ByteBuffer payload) {
  static final int METHOD = 1;
  static final int HEADER = 2;
  static final int BODY = 3;
  static final int HEARTBEAT = 8;

  /** {@return class and method, for example {@code 10.50}, or the type of another frame} */
  String name() {
    return type == METHOD ? classId() + "." + methodId() : "type " + type;
  }

  int classId() {
    return Short.toUnsignedInt(payload.getShort(0));
  }

  int methodId() {
    return Short.toUnsignedInt(payload.getShort(2));
  }

  /** {@return a fresh reader that stands on the method's first argument} */
  ByteBuffer arguments() {
    return payload.duplicate().position(4);
  }

  /** {@return what this close of a channel or a connection says} */
  Close close() {
    ByteBuffer arguments = arguments();
    int code = Short.toUnsignedInt(arguments.getShort());
    String text = shortString(arguments);
    int classId = Short.toUnsignedInt(arguments.getShort());
    int methodId = Short.toUnsignedInt(arguments.getShort());
    if (name().equals("20.40")) {
      return Close.channel(code, text, classId, methodId);
    }
    if (name().equals("10.50")) {
      return Close.connection(code, text, classId, methodId);
    }
    throw new AssertionError("not a close but " + name());
  }

  static String shortString(ByteBuffer from) {
    return string(from, Byte.toUnsignedInt(from.get()));
  }

  static String longString(ByteBuffer from) {
    return string(from, from.getInt());
  }

  private static String string(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
