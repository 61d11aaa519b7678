package io.artel.events.examples.play;

import io.artel.events.Event;
import io.artel.events.EventHandler;
import io.artel.events.examples.contract.Around;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sees from within the handlers of the game service who is in which session: two instances in one
 * at a time would be an overlap. Safe for use by several threads.
 */
final class SessionWatch {

  private final Consumer<Event<?>> begun;

  /** By session, the instances whose handlers are in it, each once for each handler. */
  private final ConcurrentHashMap<UUID, List<Integer>> sessions = new ConcurrentHashMap<>();

  private final LongAdder overlaps = new LongAdder();

  /**
   * A watch.
   *
   * @param begun hears of each event whose handler is called, before it runs
   */
  SessionWatch(Consumer<Event<?>> begun) {
    this.begun = begun;
  }

  /** What is put around the handlers of this instance. */
  Around of(int instance) {
    return new Around() {
      @Override
      public <T> EventHandler<T> handler(EventHandler<T> handler) {
        return (event, context) -> {
          enter(instance, event);
          try {
            handler.handle(event, context);
          } finally {
            leave(instance, event);
          }
        };
      }
    };
  }

  private void enter(int instance, Event<?> event) {
    UUID session = event.sessionId();
    if (session != null) {
      sessions.merge(
          session,
          List.of(instance),
          (inside, entering) -> {
            if (inside.stream().anyMatch(other -> other != instance)) {
              overlaps.increment();
            }
            return Stream.concat(inside.stream(), entering.stream()).toList();
          });
    }
    begun.accept(event);
  }

  private void leave(int instance, Event<?> event) {
    UUID session = event.sessionId();
    if (session != null) {
      sessions.computeIfPresent(
          session,
          (id, inside) -> {
            List<Integer> left = new ArrayList<>(inside);
            left.remove((Integer) instance);
            return left.isEmpty() ? null : left;
          });
    }
  }

  /** How often a handler was called in a session while one of another instance was still in it. */
  long overlaps() {
    return overlaps.sum();
  }
}
