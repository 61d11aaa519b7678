package io.artel.events.examples;

import io.artel.events.examples.cli.CommandLines;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program: {@code play} and {@code plan}. */
public final class Main {

  private Main() {}

  /** Runs, and ends the process with an exit code. */
  public static void main(String... arguments) {
    System.exit(CommandLines.run(writer(System.out), writer(System.err), arguments));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
