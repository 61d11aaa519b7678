package io.artel.events;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What becomes of an event that a publisher could not publish, beside the {@link PublishException}
 * that its caller always gets. {@link PublishException#stored()} tells where such an event lies.
 *
 * <pre>{@code
 * ArtelSettings.builder().onPublishFailure(PublishFailure.spool(Path.of("/var/lib/game/spool"), 256L << 20))
 * }</pre>
 *
 * <p>It holds for events that go by an {@link EventPublisher}. What a handler publishes through its
 * {@link HandlerContext} is not stored: the delivery that it comes from stays on the broker, and is
 * tried again.
 */
public sealed interface PublishFailure {

  /** The smallest {@link Spool#maxBytes()}: 64 KiB. */
  long LEAST_SPOOL_BYTES = 64 * 1024;

  /** Nothing: the exception is all that is left of it. */
  static PublishFailure fail() {
    return new Fail();
  }

  /**
   * An event that the broker refused for good is stored in the topology's dead-letter exchange, for
   * an operator to find and redrive: see {@link DeadLetter}.
   */
  static PublishFailure deadLetter() {
    return new DeadLetter();
  }

  /**
   * An event that the broker did not answer for is written to a file in this folder and published
   * from there once the broker is back: see {@link Spool}.
   *
   * @param folder is made if it is not there; one process at a time uses it
   * @param maxBytes how large the files may become together; {@value #LEAST_SPOOL_BYTES} or more
   * @throws IllegalArgumentException if {@code maxBytes} is too small
   */
  static PublishFailure spool(Path folder, long maxBytes) {
    return new Spool(folder, maxBytes);
  }

  /** See {@link PublishFailure#fail()}. */
  record Fail() implements PublishFailure {}

  /**
   * Stores what ends as {@code UNROUTABLE}, {@code REJECTED} or {@code UNKNOWN} in the dead-letter
   * exchange, with the routing key {@value #ROUTING_KEY}, the original bytes, and headers that say
   * what went wrong. Unless somebody binds a queue for that key, it lands in the queue behind the
   * exchange's alternate exchange, {@code artel.dlq.unrouted}.
   *
   * <p>The exception comes once storing has ended, which may take as long as publishing again. An
   * event of unknown end may be on its queues as well: a redrive then makes a duplicate with the
   * same id. What ends as {@code NOT_SENT} is not stored: publishing it again is safe. If storing
   * fails too, its exception is suppressed in the first one.
   */
  record DeadLetter() implements PublishFailure {
    /** The routing key of events that no publisher could publish. */
    public static final String ROUTING_KEY = "publish.failed";
  }

  /**
   * Keeps what the broker did not answer for, because it is away, blocked or silent, in files on
   * this machine, and publishes it from there: with the same id, each key in its order and before
   * anything newer of that key, as soon as the broker is back or the process is started again. What
   * the broker refuses, then or at once, is stored as {@link DeadLetter} says.
   *
   * <p>The exception says {@code SPOOL} only after the event is forced to disk: it then survives a
   * crash of the process and of the machine, as far as the disk does. A spooled event is not
   * confirmed. It is taken out of the spool after its confirmation, so that a crash may bring
   * duplicates of events that were published from it last.
   *
   * <p>While events of a key are in the spool, newer ones of it go there too, without waiting for
   * {@code publishTimeout}. While the broker is away and an event was late or found no room in
   * flight, so do all others. In a full spool nothing is stored: events fail as without it.
   *
   * @param folder is made if it is not there; one process at a time uses it
   * @param maxBytes how large the files may become together
   */
  record Spool(Path folder, long maxBytes) implements PublishFailure {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if {@code maxBytes} is too small
     */
    public Spool {
      Objects.requireNonNull(folder, "folder");
      if (maxBytes < LEAST_SPOOL_BYTES) {
        throw new IllegalArgumentException(
            "maxBytes of the spool is "
                + maxBytes
                + ", but must be "
                + LEAST_SPOOL_BYTES
                + " or more");
      }
    }
  }
}
