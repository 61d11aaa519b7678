package io.artel.events.examples.play;

import java.nio.file.Path;
import java.util.List;

/** A script that has been read as a whole, and can be played. */
public final class Script {

  private final List<ScriptAction> actions;

  private Script(List<ScriptAction> actions) {
    this.actions = actions;
  }

  /**
   * Reads a script.
   *
   * @throws ScriptException if the file or one of its lines cannot be read
   */
  public static Script read(Path file) throws ScriptException {
    return new Script(new ScriptReader().read(file));
  }

  List<ScriptAction> actions() {
    return actions;
  }
}
