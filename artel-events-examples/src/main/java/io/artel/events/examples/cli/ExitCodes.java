package io.artel.events.examples.cli;

/** What the program ends with. */
final class ExitCodes {

  /** All is well. */
  static final int OK = 0;

  /** It ran, but something was lost or is inconsistent, or there is something to do. */
  static final int NOT_CLEAN = 1;

  /** It could not run as it was asked to. */
  static final int BAD_INPUT = 2;

  private ExitCodes() {}
}
