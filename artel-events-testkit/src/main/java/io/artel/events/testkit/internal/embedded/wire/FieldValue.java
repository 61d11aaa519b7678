package io.artel.events.testkit.internal.embedded.wire;

import java.util.List;

/**
 * One value in a table, with the type it has on the wire.
 *
 * @param type the type
 * @param value an instance of the class that {@link FieldType} names
 */
public record FieldValue(FieldType type, Object value) {
  /** The value of {@link FieldType#VOID}. */
  public static final FieldValue VOID = new FieldValue(FieldType.VOID, ByteString.of(new byte[0]));

  /** {@return a text} */
  public static FieldValue of(String text) {
    return new FieldValue(FieldType.LONGSTR, ByteString.of(text));
  }

  /** {@return a 64-bit number} */
  public static FieldValue of(long number) {
    return new FieldValue(FieldType.LONG, number);
  }

  /** {@return a truth value} */
  public static FieldValue of(boolean value) {
    return new FieldValue(FieldType.BOOL, value);
  }

  /** {@return a table} */
  public static FieldValue of(FieldTable table) {
    return new FieldValue(FieldType.TABLE, table);
  }

  /** {@return an array} */
  public static FieldValue of(List<FieldValue> elements) {
    return new FieldValue(FieldType.ARRAY, List.copyOf(elements));
  }

  /** {@return a time in seconds since 1970} */
  public static FieldValue timestamp(long seconds) {
    return new FieldValue(FieldType.TIMESTAMP, seconds);
  }

  /** Whether this is a text. */
  public boolean isText() {
    return type == FieldType.LONGSTR;
  }

  /** {@return the whole number; only for types that are {@link FieldType#isInteger()}} */
  public long integer() {
    return (Long) value;
  }

  /** {@return the elements; only for {@link FieldType#ARRAY}} */
  @SuppressWarnings("unchecked") // FieldType.ARRAY holds nothing else
  public List<FieldValue> elements() {
    return (List<FieldValue>) value;
  }

  /** {@return the table; only for {@link FieldType#TABLE}} */
  public FieldTable table() {
    return (FieldTable) value;
  }

  /** {@return the value as text, for example {@code 10} or {@code abc}} */
  @Override
  public String toString() {
    return value.toString();
  }
}
