package io.artel.events.testkit.internal.embedded.wire;

import java.util.Locale;

/** The types of values in tables, with RabbitMQ's tag bytes; error texts show its names. */
public enum FieldType {
  /** {@link ByteString}. */
  LONGSTR('S'),
  /** {@link Long}. */
  SIGNEDINT('I'),
  /** {@link Decimal}. */
  DECIMAL('D'),
  /** {@link Long}, seconds since 1970. */
  TIMESTAMP('T'),
  /** {@link FieldTable}. */
  TABLE('F'),
  /** {@link Long}, signed. */
  BYTE('b'),
  /** {@link Double}. */
  DOUBLE('d'),
  /** {@link Float}. */
  FLOAT('f'),
  /** {@link Long}. */
  LONG('l'),
  /** {@link Long}, signed. */
  SHORT('s'),
  /** {@link Boolean}. */
  BOOL('t'),
  /** {@link ByteString}. */
  BINARY('x'),
  /** {@link Long}. */
  UNSIGNEDBYTE('B'),
  /** {@link Long}. */
  UNSIGNEDSHORT('u'),
  /** {@link Long}. */
  UNSIGNEDINT('i'),
  /** Nothing; the value is an empty {@link ByteString}. */
  VOID('V'),
  /** A {@link java.util.List} of {@link FieldValue}. */
  ARRAY('A');

  private final char tag;

  FieldType(char tag) {
    this.tag = tag;
  }

  /** {@return the byte that stands before a value of this type} */
  public char tag() {
    return tag;
  }

  /** Whether values are whole numbers, of any width. */
  public boolean isInteger() {
    return switch (this) {
      case SIGNEDINT, BYTE, LONG, SHORT, UNSIGNEDBYTE, UNSIGNEDSHORT, UNSIGNEDINT -> true;
      default -> false;
    };
  }

  /** {@return RabbitMQ's name, for example {@code signedint}} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
