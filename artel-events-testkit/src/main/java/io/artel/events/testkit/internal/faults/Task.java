package io.artel.events.testkit.internal.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.PermanentException;
import io.artel.events.TransientException;

/**
 * What an event tells its handlers to do; it is in its payload.
 *
 * @param behaviour what they do
 * @param failures of how many attempts, if they fail at first
 * @param queue where they do so; in other queues they succeed. Empty for all
 * @param expires whether the event is one that may expire, if it waits too long
 */
record Task(Behaviour behaviour, int failures, String queue, boolean expires) {

  /** What a handler does. */
  enum Behaviour {
    /** What it should. */
    SUCCEED,
    /** Fails in a way that passes. */
    FAIL_FIRST,
    /** Fails in a way that does not pass. */
    REFUSE,
    /** Calls itself until the stack is full. */
    OVERFLOW,
    /** Fails as if there were no memory left. */
    EXHAUST,
    /** Does not return. */
    HANG,
    /** Does not return, unless the event was delivered before. */
    HANG_ONCE
  }

  /** What most events are there for. */
  static final Task SUCCEED = to(Behaviour.SUCCEED);

  private static final String BEHAVIOUR = "behaviour";
  private static final String FAILURES = "failures";
  private static final String QUEUE = "queue";

  /** Handlers do this in every queue. */
  static Task to(Behaviour behaviour) {
    return new Task(behaviour, 0, "", false);
  }

  /** Handlers fail so often, and then succeed. */
  static Task toFail(int failures) {
    return new Task(Behaviour.FAIL_FIRST, failures, "", false);
  }

  /** In this queue only. */
  Task in(String only) {
    return new Task(behaviour, failures, only, expires);
  }

  /** As an event that may expire. */
  Task expiring() {
    return new Task(behaviour, failures, queue, true);
  }

  /** Writes it into a payload. */
  void into(ObjectNode data) {
    data.put(BEHAVIOUR, behaviour.name()).put(FAILURES, failures).put(QUEUE, queue);
  }

  /** Reads it from a payload. */
  static Task of(JsonNode data) {
    return new Task(
        Behaviour.valueOf(data.path(BEHAVIOUR).asText(Behaviour.SUCCEED.name())),
        data.path(FAILURES).asInt(),
        data.path(QUEUE).asText(),
        false);
  }

  /** Does it, in a handler for this queue, up to whether to wait for ever. */
  boolean hangs(String here, int attempt, boolean redelivered) {
    if (!queue.isEmpty() && !queue.equals(here)) {
      return false;
    }
    switch (behaviour) {
      case SUCCEED -> {}
      case FAIL_FIRST -> {
        if (attempt <= failures) {
          throw new TransientException("fails at first, as it should");
        }
      }
      case REFUSE -> throw new PermanentException("fails for good, as it should");
      case OVERFLOW -> deeper(0);
      case EXHAUST -> throw new OutOfMemoryError("as it should, and not for lack of memory");
      case HANG -> {
        return true;
      }
      case HANG_ONCE -> {
        return !redelivered;
      }
    }
    return false;
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static long deeper(long level) {
    return deeper(level + 1) + 1;
  }
}
