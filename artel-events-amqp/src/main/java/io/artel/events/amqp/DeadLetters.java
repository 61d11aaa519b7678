package io.artel.events.amqp;

import io.artel.events.ConnectionException;
import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.deadletter.DeadLetterDesk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The dead letters of one queue: looking at them, putting them back, throwing them away.
 *
 * <p>Looking at them takes nothing away and changes no order. Every method works on connections of
 * its own, and on the calling thread until it is done; it sees what was there when it began. Safe
 * for use by several threads, but two that read the same queue at once see a part of it each.
 *
 * <p>Every method throws {@link ConnectionException} if the broker is not there or goes away, and
 * {@link TopologyException} if the queue is not on the broker.
 */
public final class DeadLetters {

  private final DeadLetterDesk desk;

  DeadLetters(DeadLetterDesk desk) {
    this.desk = desk;
  }

  /** The queue where they lie. */
  public String queue() {
    return desk.queue();
  }

  /** How many there are, without those that somebody is looking at. */
  public long count() {
    return desk.count();
  }

  /**
   * Shows those that match, from the head of the queue, one after the other; memory does not grow
   * with their number. What the reader throws ends this.
   *
   * @return how many matched
   */
  public long forEach(DeadLetterFilter filter, Consumer<DeadLetter> reader) {
    return desk.forEach(filter, reader);
  }

  /** Those that match, from the head of the queue, all of them in memory. */
  public List<DeadLetter> list(DeadLetterFilter filter) {
    List<DeadLetter> letters = new ArrayList<>();
    desk.forEach(filter, letters::add);
    return letters;
  }

  /** The first one with this {@link DeadLetter#id()}. */
  public Optional<DeadLetter> show(String id) {
    List<DeadLetter> found = new ArrayList<>();
    desk.forEach(
        DeadLetterFilter.all(),
        letter -> {
          if (found.isEmpty() && letter.id().equals(id)) {
            found.add(letter);
          }
        });
    return found.stream().findFirst();
  }

  /**
   * Puts those that match back into the queue where they failed, in their order, so that their
   * sessions keep theirs: as if they had never failed, with their bytes, and with a count of how
   * often they were put back. What arrives in the queue meanwhile comes in between.
   *
   * <p>A redrive that is interrupted, by a lost connection or the end of the process, neither loses
   * nor doubles anything: the next one of the same queue finishes it first. Where nothing took the
   * letters in the first place (the unrouted queue of the dead-letter exchange), the one letter
   * under way may be put back twice. Brokers that fail may deliver twice, as always.
   *
   * @throws TopologyException also if somebody else reads the queue, or the queue where letters
   *     belong is missing
   */
  public RedriveReport redrive(DeadLetterFilter filter, RedriveOptions options) {
    return desk.redrive(filter, options);
  }

  /**
   * Throws those away that match, for good. If it is interrupted, a part of them is gone.
   *
   * @return how many that were
   */
  public long purge(DeadLetterFilter filter) {
    return desk.purge(filter);
  }

  @Override
  public String toString() {
    return "dead letters in '" + queue() + "'";
  }
}
