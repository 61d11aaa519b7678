package io.artel.events.examples.cli;

/** Text that came from a broker, for a terminal. */
final class Printable {

  private Printable() {}

  /** The text with control characters, which could move the cursor or hide a line, made visible. */
  static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            each ->
                printable.appendCodePoint(
                    Character.isISOControl(each) || Character.getType(each) == Character.FORMAT
                        ? '\uFFFD'
                        : each));
    return printable.toString();
  }
}
