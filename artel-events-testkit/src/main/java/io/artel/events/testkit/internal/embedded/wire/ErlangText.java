package io.artel.events.testkit.internal.embedded.wire;

import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Values as RabbitMQ prints them in error texts, which is as Erlang terms. */
public final class ErlangText {
  private static final Pattern PLAIN_ATOM = Pattern.compile("[a-z][A-Za-z0-9_@]*");

  private static final int ESCAPE = 0x1b;
  private static final int FIRST_BEYOND_CONTROLS = 0xa0;

  private final Dialect dialect;

  /** As this version of RabbitMQ prints them. */
  public ErlangText(Dialect dialect) {
    this.dialect = dialect;
  }

  /** {@return an atom, in quotes if it needs them} */
  public static String atom(String name) {
    return PLAIN_ATOM.matcher(name).matches() ? name : "'" + name + "'";
  }

  /** {@return a text such as {@code <<"abc">>}} */
  public String of(String text) {
    return of(ByteString.of(text));
  }

  /** {@return the value of a field without its type} */
  public String of(FieldValue field) {
    return switch (field.type()) {
      case LONGSTR, BINARY -> of((ByteString) field.value());
      case DECIMAL -> {
        Decimal decimal = (Decimal) field.value();
        yield "{" + decimal.scale() + "," + decimal.unscaled() + "}";
      }
      case FLOAT, DOUBLE ->
          Double.toString(((Number) field.value()).doubleValue()).replace('E', 'e');
      case VOID -> "undefined";
      case ARRAY -> {
        StringJoiner elements = new StringJoiner(",", "[", "]");
        field.elements().forEach(value -> elements.add("{" + typed(value) + "}"));
        yield elements.toString();
      }
      case TABLE -> {
        StringJoiner entries = new StringJoiner(",", "[", "]");
        field
            .table()
            .forEach((name, value) -> entries.add("{" + of(name) + "," + typed(value) + "}"));
        yield entries.toString();
      }
      default -> field.value().toString();
    };
  }

  private String typed(FieldValue field) {
    return field.type() + "," + of(field);
  }

  /** {@return bytes, as a text if they are one} */
  public String of(ByteString bytes) {
    if (bytes.size() == 0) {
      return "<<>>";
    }
    if (isPrintable(bytes)) {
      boolean ascii = bytes.toString().length() == bytes.size();
      boolean marked = !ascii && dialect.since(Dialect.V4_0);
      return "<<\"" + escaped(bytes.toString()) + (marked ? "\"/utf8>>" : "\">>");
    }
    StringJoiner numbers = new StringJoiner(",", "<<", ">>");
    for (byte next : bytes.bytes()) {
      numbers.add(Integer.toString(next & 0xff));
    }
    return numbers.toString();
  }

  /** Before 4.0 each byte is looked at as Latin-1, although the text goes out as it came. */
  private boolean isPrintable(ByteString bytes) {
    if (!bytes.isUtf8()) {
      return false;
    }
    if (dialect.since(Dialect.V4_0)) {
      return bytes.toString().codePoints().allMatch(ErlangText::isPrintable);
    }
    for (byte next : bytes.bytes()) {
      if (!isPrintable(next & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(int character) {
    boolean ascii = character >= ' ' && character < 0x7f;
    boolean control = (character >= '\b' && character <= '\r') || character == ESCAPE;
    return ascii || control || character >= FIRST_BEYOND_CONTROLS;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
        .replace("\b", "\\b")
        .replace("\f", "\\f")
        .replace("\013", "\\v")
        .replace("\033", "\\e");
  }
}
