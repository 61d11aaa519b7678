package io.artel.events.testkit.contract;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the arguments of a method, or the payload of any other frame, value by value. */
final class RawAmqpArguments {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RawAmqpArguments octet(int value) {
    out.write(value);
    return this;
  }

  RawAmqpArguments shortInt(int value) {
    return raw(ByteBuffer.allocate(2).putShort((short) value).array());
  }

  RawAmqpArguments longInt(int value) {
    return raw(ByteBuffer.allocate(4).putInt(value).array());
  }

  RawAmqpArguments longLong(long value) {
    return raw(ByteBuffer.allocate(8).putLong(value).array());
  }

  RawAmqpArguments shortString(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return octet(bytes.length).raw(bytes);
  }

  RawAmqpArguments longString(String value) {
    return longString(value.getBytes(StandardCharsets.UTF_8));
  }

  RawAmqpArguments longString(byte[] value) {
    return longInt(value.length).raw(value);
  }

  RawAmqpArguments table(Map<String, ?> values) {
    return longString(entries(values));
  }

  RawAmqpArguments raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** {@return a table's entries without its length; values are strings, booleans or tables} */
  static byte[] entries(Map<String, ?> values) {
    RawAmqpArguments entries = new RawAmqpArguments();
    values.forEach(
        (key, value) -> {
          entries.shortString(key);
          if (value instanceof Map<?, ?> table) {
            entries.octet('F').longString(entriesOf(table));
          } else if (value instanceof Boolean flag) {
            entries.octet('t').octet(flag ? 1 : 0);
          } else {
            entries.octet('S').longString(value.toString());
          }
        });
    return entries.bytes();
  }

  @SuppressWarnings("unchecked") // tables have string keys
  private static byte[] entriesOf(Map<?, ?> table) {
    return entries((Map<String, ?>) table);
  }
}
