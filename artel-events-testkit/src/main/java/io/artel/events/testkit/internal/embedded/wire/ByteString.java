package io.artel.events.testkit.internal.embedded.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that compare by content, as AMQP's long strings do; they need not be text. */
public final class ByteString {
  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** {@return these bytes; the caller leaves the array alone from now on} */
  public static ByteString of(byte[] bytes) {
    return new ByteString(bytes);
  }

  /** {@return the text in UTF-8} */
  public static ByteString of(String text) {
    return new ByteString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the bytes themselves, which the caller leaves alone} */
  public byte[] bytes() {
    return bytes;
  }

  /** {@return the number of bytes} */
  public int size() {
    return bytes.length;
  }

  /** Whether the bytes are UTF-8. */
  public boolean isUtf8() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** {@return the bytes read as UTF-8} */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
