package io.artel.events.examples.play;

/** A script that cannot be played; the text is a sentence that names the file and the line. */
public final class ScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public ScriptException(String message) {
    super(message);
  }
}
