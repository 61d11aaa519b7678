package io.artel.events.testkit.internal.embedded.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads AMQP's data types from the arguments of a method or the properties of a message. What does
 * not fit is a {@link MalformedException}; declared lengths are checked before memory is taken.
 */
public final class WireReader {
  /** Deeper tables are refused, so that nobody can exhaust the stack. */
  private static final int DEEPEST_TABLE = 128;

  private final ByteBuffer in;
  private int bit = 8;
  private int bits;

  /** Reads from the buffer's position to its limit. */
  public WireReader(ByteBuffer in) {
    this.in = in;
  }

  /** {@return a reader of the same bytes from here on, which stays when the bytes are reused} */
  public WireReader copy() {
    byte[] bytes = new byte[in.remaining()];
    in.get(in.position(), bytes);
    return new WireReader(ByteBuffer.wrap(bytes));
  }

  /** {@return the bytes not read yet} */
  public int remaining() {
    return in.remaining();
  }

  /** {@return an unsigned byte} */
  public int octet() {
    try {
      bit = 8;
      return in.get() & 0xff;
    } catch (BufferUnderflowException e) {
      throw tooShort();
    }
  }

  /** {@return an unsigned 16-bit number} */
  public int shortInt() {
    need(2);
    return in.getShort() & 0xffff;
  }

  /** {@return an unsigned 32-bit number} */
  public long longInt() {
    need(4);
    return in.getInt() & 0xffffffffL;
  }

  /** {@return a 64-bit number} */
  public long longLong() {
    need(8);
    return in.getLong();
  }

  /** {@return the next of the bits that are packed into bytes} */
  public boolean bit() {
    if (bit > 7) {
      bits = octet();
      bit = 0;
    }
    return (bits & (1 << bit++)) != 0;
  }

  /** {@return a text of at most 255 bytes} */
  public String shortString() {
    byte[] bytes = take(octet());
    for (byte next : bytes) {
      if (next < 0) {
        ByteString text = ByteString.of(bytes);
        requireUtf8(text);
        return text.toString();
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void requireUtf8(ByteString bytes) {
    if (!bytes.isUtf8()) {
      throw new MalformedException(MalformedException.Kind.NOT_UTF8);
    }
  }

  /** {@return bytes with a 32-bit length before them} */
  public ByteString longString() {
    return ByteString.of(take(length()));
  }

  /** {@return a table} */
  public FieldTable table() {
    return table(0);
  }

  private FieldTable table(int depth) {
    WireReader inside = inside(depth);
    if (inside.remaining() == 0) {
      return FieldTable.EMPTY;
    }
    Map<String, FieldValue> fields = new LinkedHashMap<>();
    while (inside.remaining() > 0) {
      String name = inside.shortString();
      fields.putIfAbsent(name, inside.value(depth));
    }
    return FieldTable.of(fields);
  }

  private FieldValue value(int depth) {
    int tag = octet();
    return switch (tag) {
      case 'S' -> new FieldValue(FieldType.LONGSTR, longString());
      case 'I' -> {
        need(4);
        yield new FieldValue(FieldType.SIGNEDINT, (long) in.getInt());
      }
      case 'D' -> new FieldValue(FieldType.DECIMAL, new Decimal(octet(), longInt()));
      case 'T' -> new FieldValue(FieldType.TIMESTAMP, longLong());
      case 'F' -> FieldValue.of(table(depth + 1));
      case 'A' -> FieldValue.of(array(depth + 1));
      case 'b' -> new FieldValue(FieldType.BYTE, (long) (byte) octet());
      case 'B' -> new FieldValue(FieldType.UNSIGNEDBYTE, (long) octet());
      case 's' -> new FieldValue(FieldType.SHORT, (long) (short) shortInt());
      case 'u' -> new FieldValue(FieldType.UNSIGNEDSHORT, (long) shortInt());
      case 'i' -> new FieldValue(FieldType.UNSIGNEDINT, longInt());
      case 'l', 'L' -> new FieldValue(FieldType.LONG, longLong());
      case 'f' -> new FieldValue(FieldType.FLOAT, Float.intBitsToFloat((int) longInt()));
      case 'd' -> new FieldValue(FieldType.DOUBLE, Double.longBitsToDouble(longLong()));
      case 't' -> FieldValue.of(octet() != 0);
      case 'x' -> new FieldValue(FieldType.BINARY, longString());
      case 'V' -> FieldValue.VOID;
      default -> throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    };
  }

  /**
   * Walks through a table without keeping anything of it.
   *
   * @throws MalformedException if it is none, or holds a number that is not finite, which RabbitMQ
   *     cannot read
   */
  public void checkTable() {
    checkElements(0, true);
  }

  private void checkElements(int depth, boolean named) {
    int length = length();
    if (depth > DEEPEST_TABLE) {
      throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    }
    int end = in.position() + length;
    while (in.position() < end) {
      if (named) {
        checkName();
      }
      checkValue(octet(), depth + 1);
    }
    if (in.position() > end) {
      throw tooShort();
    }
  }

  private void checkName() {
    int length = octet();
    need(length);
    for (int i = 0; i < length; i++) {
      if (in.get(in.position() + i) < 0) {
        requireUtf8(ByteString.of(take(length)));
        return;
      }
    }
    skip(length);
  }

  private void checkValue(int tag, int depth) {
    switch (tag) {
      case 'S', 'x' -> skip(length());
      case 'F' -> checkElements(depth, true);
      case 'A' -> checkElements(depth, false);
      case 'D' -> skip(5);
      case 'T', 'l', 'L' -> skip(8);
      case 'I', 'i' -> skip(4);
      case 's', 'u' -> skip(2);
      case 'b', 'B', 't' -> skip(1);
      case 'f' -> requireFinite(Float.intBitsToFloat((int) longInt()));
      case 'd' -> requireFinite(Double.longBitsToDouble(longLong()));
      case 'V' -> {}
      default -> throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    }
  }

  private static void requireFinite(double number) {
    if (!Double.isFinite(number)) {
      throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    }
  }

  /** Passes over a text of at most 255 bytes. */
  public void skipShortString() {
    skip(octet());
  }

  private void skip(int length) {
    need(length);
    in.position(in.position() + length);
  }

  private List<FieldValue> array(int depth) {
    WireReader inside = inside(depth);
    List<FieldValue> elements = new ArrayList<>();
    while (inside.remaining() > 0) {
      elements.add(inside.value(depth));
    }
    return elements;
  }

  private WireReader inside(int depth) {
    if (depth > DEEPEST_TABLE) {
      throw new MalformedException(MalformedException.Kind.UNKNOWN_TYPE);
    }
    int length = length();
    WireReader inside = new WireReader(in.slice(in.position(), length).order(in.order()));
    in.position(in.position() + length);
    return inside;
  }

  /** Reads a 32-bit length and makes sure that so many bytes are there. */
  private int length() {
    long length = longInt();
    if (length > in.remaining()) {
      throw tooShort();
    }
    return (int) length;
  }

  private byte[] take(int length) {
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private void need(int length) {
    bit = 8;
    if (in.remaining() < length) {
      throw tooShort();
    }
  }

  private static MalformedException tooShort() {
    return new MalformedException(MalformedException.Kind.WRONG_LENGTH);
  }
}
