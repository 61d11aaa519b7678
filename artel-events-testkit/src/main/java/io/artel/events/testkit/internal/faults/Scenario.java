package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import java.util.function.UnaryOperator;

/**
 * One fault, and what has to hold.
 *
 * @param id as in {@code docs/faults.md}, for example {@code F7a}
 * @param title what goes wrong, in a few words
 * @param isAlone whether it disturbs everything on its broker
 * @param isEmbedded whether the embedded broker can have this fault
 * @param settings how its stage differs from others
 * @param events what is otherwise about its events
 * @param act what happens
 */
public record Scenario(
    String id,
    String title,
    boolean isAlone,
    boolean isEmbedded,
    UnaryOperator<StageSettings> settings,
    UnaryOperator<Event.Builder<JsonNode>> events,
    Act act) {

  /** What happens on a stage, from when events flow until they should flow again. */
  interface Act {
    void play(Stage stage) throws Exception;
  }

  /** Goes wrong in the network or in the topology of one virtual host. */
  static Scenario of(String id, String title, Act act) {
    return new Scenario(
        id, title, false, true, UnaryOperator.identity(), UnaryOperator.identity(), act);
  }

  /** Goes wrong in the broker itself. */
  Scenario alone() {
    return new Scenario(id, title, true, isEmbedded, settings, events, act);
  }

  /** Needs what only RabbitMQ has. */
  Scenario realOnly() {
    return new Scenario(id, title, isAlone, false, settings, events, act);
  }

  /** On a stage that differs so. */
  Scenario with(UnaryOperator<StageSettings> changes) {
    return new Scenario(id, title, isAlone, isEmbedded, changes, events, act);
  }

  /** With events that differ so. */
  Scenario withEvents(UnaryOperator<Event.Builder<JsonNode>> changes) {
    return new Scenario(id, title, isAlone, isEmbedded, settings, changes, act);
  }
}
