package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.artel.events.Event;
import io.artel.events.HandlerContext;

/**
 * One call of a handler.
 *
 * @param key the event's session, or what the event is called that has none
 * @param number the event's number in its session
 * @param attempt which call for this event it is, as the library counts
 * @param redelivered whether the broker says that it delivered the event before
 * @param generation the number of the channel that it came on
 * @param sent when it was published, by {@link System#nanoTime}
 */
record Call(
    String queue,
    String key,
    long number,
    int attempt,
    boolean redelivered,
    long generation,
    long sent) {

  /** Is told of calls, on the threads that make them. */
  interface Listener {
    /** One begins. */
    End begins(Call call);
  }

  /** Is told how a call ended. */
  interface End {
    /** The handler has done what it should, or has failed. */
    void ended(boolean well);
  }

  static Call of(Event<JsonNode> event, HandlerContext context) {
    return new Call(
        context.queue(),
        event.data().path(Load.KEY).asText(),
        event.data().path(Load.NUMBER).asLong(),
        context.attempt(),
        context.redelivered(),
        context.generation(),
        event.data().path(Load.SENT).asLong());
  }

  /** As one line. */
  String line() {
    return String.join(
        " ",
        queue,
        key,
        Long.toString(number),
        Integer.toString(attempt),
        Boolean.toString(redelivered),
        Long.toString(generation),
        Long.toString(sent));
  }

  /** The call of a line. */
  static Call parse(String line) {
    String[] words = line.split(" ", -1);
    return new Call(
        words[0],
        words[1],
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]),
        Boolean.parseBoolean(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]));
  }
}
