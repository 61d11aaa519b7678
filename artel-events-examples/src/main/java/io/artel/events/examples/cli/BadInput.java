package io.artel.events.examples.cli;

/** Something that only the person at the command line can mend; the text is a sentence. */
final class BadInput extends Exception {
  private static final long serialVersionUID = 1L;

  BadInput(String message) {
    super(message);
  }
}
