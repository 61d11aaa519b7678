package io.artel.events.testkit.internal.embedded.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes AMQP's data types into a growing array. */
public final class WireWriter {
  private static final int LONGEST_SHORT_STRING = 255;

  private byte[] out;
  private int length;
  private int bit = 8;

  /** An empty one. */
  public WireWriter() {
    this(128);
  }

  /** An empty one with room for so many bytes before it grows. */
  public WireWriter(int capacity) {
    out = new byte[capacity];
  }

  /** {@return the number of bytes written} */
  public int length() {
    return length;
  }

  /** {@return what was written, as an array of its own} */
  public byte[] toBytes() {
    return Arrays.copyOf(out, length);
  }

  /** {@return the array that was written to; only its first {@link #length()} bytes count} */
  public byte[] array() {
    return out;
  }

  /** Forgets what was written. */
  public void clear() {
    length = 0;
    bit = 8;
  }

  /** Forgets the first bytes that were written. */
  public void removeFirst(int count) {
    System.arraycopy(out, count, out, 0, length - count);
    length -= count;
    bit = 8;
  }

  /** Gives back memory above a size, if nothing is written. */
  public void shrink(int capacity) {
    if (length == 0 && out.length > capacity) {
      out = new byte[capacity];
    }
  }

  /** Cuts what was written back to a length. */
  public void truncate(int newLength) {
    length = newLength;
    bit = 8;
  }

  /** Writes a byte. */
  public WireWriter octet(int value) {
    room(1);
    bit = 8;
    out[length++] = (byte) value;
    return this;
  }

  /** Writes a 16-bit number. */
  public WireWriter shortInt(int value) {
    return octet(value >>> 8).octet(value);
  }

  /** Writes a 32-bit number. */
  public WireWriter longInt(long value) {
    room(4);
    bit = 8;
    putInt(length, (int) value);
    length += 4;
    return this;
  }

  /** Writes a 64-bit number. */
  public WireWriter longLong(long value) {
    return longInt(value >>> 32).longInt(value);
  }

  /** Writes a bit, packed into the byte of the bits before it. */
  public WireWriter bit(boolean value) {
    if (bit > 7) {
      octet(0);
      bit = 0;
    }
    if (value) {
      out[length - 1] |= (byte) (1 << bit);
    }
    bit++;
    return this;
  }

  /** Writes a text of at most 255 bytes; a longer one is cut. */
  public WireWriter shortString(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = Math.min(bytes.length, LONGEST_SHORT_STRING);
    return octet(size).bytes(bytes, 0, size);
  }

  /** Writes bytes with their 32-bit length before them. */
  public WireWriter longString(ByteString text) {
    return longInt(text.size()).bytes(text.bytes(), 0, text.size());
  }

  /** Writes bytes as they are. */
  public WireWriter bytes(byte[] bytes, int from, int size) {
    room(size);
    bit = 8;
    System.arraycopy(bytes, from, out, length, size);
    length += size;
    return this;
  }

  /** Writes a table. */
  public WireWriter table(FieldTable table) {
    int start = length;
    longInt(0);
    table.forEach((name, value) -> shortString(name).value(value));
    putInt(start, length - start - 4);
    return this;
  }

  private void array(List<FieldValue> elements) {
    int start = length;
    longInt(0);
    elements.forEach(this::value);
    putInt(start, length - start - 4);
  }

  private void value(FieldValue field) {
    octet(field.type().tag());
    switch (field.type()) {
      case LONGSTR, BINARY -> longString((ByteString) field.value());
      case SIGNEDINT, UNSIGNEDINT -> longInt(field.integer());
      case DECIMAL -> {
        Decimal decimal = (Decimal) field.value();
        octet(decimal.scale()).longInt(decimal.unscaled());
      }
      case TIMESTAMP, LONG -> longLong((Long) field.value());
      case TABLE -> table(field.table());
      case ARRAY -> array(field.elements());
      case BYTE, UNSIGNEDBYTE -> octet((int) field.integer());
      case SHORT, UNSIGNEDSHORT -> shortInt((int) field.integer());
      case FLOAT -> longInt(Float.floatToRawIntBits((Float) field.value()));
      case DOUBLE -> longLong(Double.doubleToRawLongBits((Double) field.value()));
      case BOOL -> octet((Boolean) field.value() ? 1 : 0);
      case VOID -> {}
    }
  }

  /** Writes a 32-bit number over what stands at a position. */
  public void putInt(int position, int value) {
    out[position] = (byte) (value >>> 24);
    out[position + 1] = (byte) (value >>> 16);
    out[position + 2] = (byte) (value >>> 8);
    out[position + 3] = (byte) value;
  }

  private void room(int size) {
    if (out.length - length < size) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + size));
    }
  }
}
