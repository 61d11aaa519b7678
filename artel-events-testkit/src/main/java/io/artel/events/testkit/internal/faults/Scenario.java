package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * One fault, and what has to hold.
 *
 * @param id as in {@code docs/faults.md}, for example {@code F7a}
 * @param title what goes wrong, in a few words
 * @param place which broker it is played on
 * @param isEmbedded whether the embedded broker can have this fault
 * @param settings how its stage differs from others
 * @param events what is otherwise about its events
 * @param act what happens
 */
public record Scenario(
    String id,
    String title,
    Place place,
    boolean isEmbedded,
    UnaryOperator<StageSettings> settings,
    UnaryOperator<Event.Builder<JsonNode>> events,
    Act act) {

  /** The broker of a scenario. */
  enum Place {
    /** One that others use at the same time. */
    SHARED,
    /** One that it may disturb as a whole. */
    ALONE,
    /** One of its own, on a disk that can be full. */
    SMALL_DISK,
    /** One of three nodes, which it may disturb as a whole. */
    CLUSTER
  }

  /** What happens on a stage, from when events flow until they should flow again. */
  interface Act {
    void play(Stage stage) throws Exception;
  }

  /** Goes wrong in the network or in the topology of one virtual host. */
  static Scenario of(String id, String title, Act act) {
    return new Scenario(
        id, title, Place.SHARED, true, UnaryOperator.identity(), UnaryOperator.identity(), act);
  }

  /** Goes wrong in the broker itself. */
  Scenario alone() {
    return new Scenario(id, title, Place.ALONE, isEmbedded, settings, events, act);
  }

  /** Fills the disk of the broker. */
  Scenario onSmallDisk() {
    return new Scenario(id, title, Place.SMALL_DISK, false, settings, events, act);
  }

  /** Goes wrong in one of several nodes, or between them. */
  Scenario onCluster() {
    return new Scenario(id, title, Place.CLUSTER, false, settings, events, act);
  }

  /** Needs what only RabbitMQ has. */
  Scenario realOnly() {
    return new Scenario(id, title, place, false, settings, events, act);
  }

  /** On a stage that differs so. */
  Scenario with(UnaryOperator<StageSettings> changes) {
    return new Scenario(id, title, place, isEmbedded, changes, events, act);
  }

  /** With a soak of so long. */
  public Scenario lasting(Duration soak) {
    return new Scenario(
        id,
        title,
        place,
        isEmbedded,
        defaults -> settings.apply(defaults).lasting(soak),
        events,
        act);
  }

  /** With events that differ so. */
  Scenario withEvents(UnaryOperator<Event.Builder<JsonNode>> changes) {
    return new Scenario(id, title, place, isEmbedded, settings, changes, act);
  }
}
