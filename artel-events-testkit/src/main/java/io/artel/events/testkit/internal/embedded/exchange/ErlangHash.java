package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.ByteString;
import io.artel.events.testkit.internal.embedded.wire.Decimal;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.nio.charset.StandardCharsets;

/**
 * Erlang's {@code phash2} of the terms by which hash exchanges choose. A term is hashed by calling
 * the methods for its parts in order: a tuple is its {@link #tuple} and its elements, a list its
 * elements and {@link #endOfList}.
 */
final class ErlangHash {
  private static final int GOLDEN = 0x9e3779b9;
  private static final int BITS_27 = (1 << 27) - 1;

  // Each kind of term is mixed in with so many times the golden ratio.
  private static final int INTEGER = 1;
  private static final int END_OF_LIST = 2;
  private static final int ATOM = 3;
  private static final int TUPLE = 9;
  private static final int NEGATIVE_BIG_INTEGER = 10;
  private static final int BIG_INTEGER = 11;
  private static final int REAL = 12;
  private static final int BINARY = 13;

  private static final int EMPTY_LIST = 2;
  private static final int BLOCK = 12;

  private int first;
  private int second;
  private int hash;

  /** {@return the hash of bytes alone} */
  static int of(byte[] bytes) {
    return new ErlangHash().binary(bytes).value();
  }

  /** {@return the hash of a text alone} */
  static int of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the hash of what was added, 27 bits} */
  int value() {
    return hash & BITS_27;
  }

  ErlangHash tuple(int arity) {
    return mixIn(arity, 0, TUPLE);
  }

  ErlangHash endOfList() {
    return mixIn(EMPTY_LIST, 0, END_OF_LIST);
  }

  ErlangHash atom(String name) {
    int own = 0;
    for (int i = 0; i < name.length(); i++) {
      own = (own << 4) + name.charAt(i);
      int top = own & 0xf0000000;
      own ^= top >>> 24;
      own ^= top;
    }
    if (hash == 0) {
      hash = own;
      return this;
    }
    return mixIn(own, 0, ATOM);
  }

  ErlangHash integer(long value) {
    if (value >> 27 == 0 || value >> 27 == -1) {
      if (value < 0) {
        mixIn((int) -value, 0, INTEGER);
      }
      return mixIn((int) value, 0, INTEGER);
    }
    long size = Math.abs(value);
    return mixIn((int) size, (int) (size >>> 32), value < 0 ? NEGATIVE_BIG_INTEGER : BIG_INTEGER);
  }

  ErlangHash real(double value) {
    // Adding zero makes the negative zero positive.
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return mixIn((int) (bits >>> 32), (int) bits, REAL);
  }

  ErlangHash binary(byte[] bytes) {
    hash += times(BINARY);
    if (bytes.length == 0) {
      return this;
    }
    first = GOLDEN;
    second = GOLDEN;
    int start = 0;
    for (; bytes.length - start >= BLOCK; start += BLOCK) {
      first += word(bytes, start, 4);
      second += word(bytes, start + 4, 4);
      hash += word(bytes, start + 8, 4);
      mix();
    }
    int left = bytes.length - start;
    first += word(bytes, start, Math.min(left, 4));
    second += word(bytes, start + 4, Math.min(left - 4, 4));
    hash += bytes.length + (word(bytes, start + 8, left - 8) << 8);
    mix();
    return this;
  }

  /** Adds a value without its type, as RabbitMQ holds it. */
  ErlangHash field(FieldValue field) {
    switch (field.type()) {
      case LONGSTR, BINARY -> binary(((ByteString) field.value()).bytes());
      case DECIMAL -> {
        Decimal decimal = (Decimal) field.value();
        tuple(2).integer(decimal.scale()).integer(decimal.unscaled());
      }
      case FLOAT, DOUBLE -> real(((Number) field.value()).doubleValue());
      case BOOL -> atom(field.value().toString());
      case VOID -> atom("undefined");
      case ARRAY -> {
        field.elements().forEach(this::typed);
        endOfList();
      }
      case TABLE -> {
        field.table().forEach(this::entry);
        endOfList();
      }
      default -> integer((Long) field.value());
    }
    return this;
  }

  /** Adds a value with its type, as in an array. */
  ErlangHash typed(FieldValue field) {
    return tuple(2).atom(field.type().toString()).field(field);
  }

  /** Adds a table's entry. */
  ErlangHash entry(String name, FieldValue field) {
    tuple(3).binary(name.getBytes(StandardCharsets.UTF_8));
    return atom(field.type().toString()).field(field);
  }

  private static int word(byte[] bytes, int start, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[start + i] & 0xff) << (8 * i);
    }
    return word;
  }

  private static int times(int kind) {
    return kind * GOLDEN;
  }

  private ErlangHash mixIn(int one, int other, int kind) {
    first = times(kind) + one;
    second = times(kind) + other;
    mix();
    return this;
  }

  /** Bob Jenkins' mix of 96 bits. */
  private void mix() {
    int a = first;
    int b = second;
    int c = hash;
    a = a - b - c ^ c >>> 13;
    b = b - c - a ^ a << 8;
    c = c - a - b ^ b >>> 13;
    a = a - b - c ^ c >>> 12;
    b = b - c - a ^ a << 16;
    c = c - a - b ^ b >>> 5;
    a = a - b - c ^ c >>> 3;
    b = b - c - a ^ a << 10;
    c = c - a - b ^ b >>> 15;
    first = a;
    second = b;
    hash = c;
  }
}
