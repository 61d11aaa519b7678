package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.Channels;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages in order, each confirmed, through lost connections.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A message holds a place of the window for each of its events from its publish call until
 *       its outcome; the window bounds everything held here.
 *   <li>Messages are sent in the order of their publish calls. What a channel did not confirm when
 *       it went is sent again on the next one, in that order, before anything new.
 *   <li>Confirmations are counted per channel: a {@link ConfirmingChannel} knows its own, and one
 *       that comes late from a channel given up finds nothing.
 *   <li>Each message's future is completed once, on the callback executor, never on the client's
 *       I/O thread.
 *   <li>One thread at a time writes to the socket. Whoever finds it doing so leaves its message to
 *       it, so that no other thread waits for a socket that takes nothing.
 * </ol>
 */
final class ConfirmedPublisher implements SupervisedConnection.User {

  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
  private static final Duration SWEEP = Duration.ofMillis(250);

  /** So many messages a thread sends for others before it goes its own way. */
  private static final int LONGEST_TURN = 256;

  /** After so many refusals in a row, and nothing else, a new channel may fare better. */
  private static final int REFUSAL_STORM = 100;

  private final SupervisedConnection connection;
  private final Limits limits;
  private final Window window;
  private final ExecutorService callbacks;
  private final Background supervisor;
  private final ScheduledFuture<?> sweep;

  /** Takes what the broker does not answer for; null where nothing does. */
  private final @Nullable EventSpool spool;

  /** Numbers events in the order in which they are sent; null where they have no numbers. */
  private final @Nullable SequenceNumbers numbers;

  /** Held by the one thread that writes to the socket; taken before {@link #lock}. */
  private final ReentrantLock writing = new ReentrantLock();

  /** When the write under way began, never 0 then; 0 while there is none. */
  private volatile long writingSince;

  /** Guards the fields below; held for assignments only. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Outbox outbox;
  private final Outcomes outcomes;
  private @Nullable ConfirmingChannel sender;
  private int shortLived;

  /** Whether what waits for the broker goes to the spool, until there is a connection again. */
  private boolean spilling;

  private boolean closed;

  /** Confirmations are not overdue before they had their time after this. */
  private long unblockedAt = System.nanoTime();

  private volatile boolean closing;

  private final Fitness fitness = new Fitness();

  /**
   * A publisher on this connection; it sends as soon as the connection tells it of itself.
   *
   * @param window what bounds it, together with others
   * @param spool takes what the broker does not answer for, or null
   * @param numbers numbers events, or null
   * @param tally where outcomes are counted, together with those of others
   * @param callbacks where outcomes are announced, from {@link CallbackThreads}
   * @param timer for what is quick
   * @param supervisor for what waits for the broker
   */
  ConfirmedPublisher(
      SupervisedConnection connection,
      Limits limits,
      Window window,
      @Nullable EventSpool spool,
      @Nullable SequenceNumbers numbers,
      Tally tally,
      Meters meters,
      ExecutorService callbacks,
      Background timer,
      Background supervisor) {
    this.connection = connection;
    this.limits = limits;
    this.window = window;
    this.spool = spool;
    this.numbers = numbers;
    this.callbacks = callbacks;
    this.supervisor = supervisor;
    this.outbox = new Outbox(limits.strictOrder());
    Completions completions = new Completions(window, tally, callbacks);
    this.outcomes =
        new Outcomes(lock, outbox, limits, spool, completions, meters, supervisor, this::sendReady);
    this.sweep = timer.every(SWEEP, this::sweep);
  }

  /**
   * Takes a message for {@link #sendReady} to send, waiting for room in the window if need be. The
   * future completes with a receipt or with a {@link PublishException}, and so does every failure.
   */
  CompletableFuture<PublishReceipt> enqueue(OutgoingMessage message, Subject subject) {
    Pending pending = new Pending(message, subject);
    if (closing) {
      pending.refuse("the publisher is closed");
      return pending.future;
    }
    String full = window.enter(message.events(), limits.enqueueTimeout());
    if (full != null && spill()) {
      full = window.enter(message.events(), limits.enqueueTimeout());
    }
    if (full != null) {
      pending.refuse(full + "; " + connection);
      return pending.future;
    }
    lock.lock();
    try {
      if (closing) {
        outcomes.finish(pending, pending.failure(Outcome.NOT_SENT, "the publisher is closed"));
      } else {
        if (numbers != null) {
          pending.numbered(numbers); // with the lock held, which gives messages their order
        }
        outbox.add(pending);
      }
    } finally {
      lock.unlock();
    }
    return pending.future;
  }

  // Sending

  /** Sends what is ready, unless another thread does that already and will see it. */
  void sendReady() {
    int left = LONGEST_TURN;
    while (left > 0 && canSend() && writing.tryLock()) {
      try {
        while (left > 0 && sendNext()) {
          left--;
        }
      } finally {
        writing.unlock();
      }
    }
    if (left == 0) {
      supervisor.run(this::sendReady);
    }
  }

  /** A blocked broker does not read: a write would wait for it. */
  private boolean canSend() {
    lock.lock();
    try {
      return sender != null && !sender.isRetiring() && outbox.hasReady() && !connection.isBlocked();
    } finally {
      lock.unlock();
    }
  }

  /** Called with {@link #writing} held. Returns whether there was something to send. */
  private boolean sendNext() {
    ConfirmingChannel on;
    Pending next;
    long sequence;
    lock.lock();
    try {
      on = sender;
      if (on == null || !canSend()) {
        return false;
      }
      next = outbox.next();
      if (next == null) {
        return false;
      }
      if (spool != null && spool.holds(next.subject)) {
        outcomes.unanswered(next, "earlier events of its key are in the spool");
        return true;
      }
      next.sentTo(connection.broker());
      sequence = on.sending(next);
    } finally {
      lock.unlock();
    }
    OutgoingMessage message = next.message;
    writingSince = System.nanoTime() | 1;
    try {
      on.channel.basicPublish(
          message.exchange(), message.routingKey(), true, message.properties(), message.body());
    } catch (IOException | RuntimeException | Error e) { // else its number would be the next one's
      if (e instanceof Error) {
        log.error("publishing failed, and is tried again", e);
      }
      log.debug("publishing failed, the channel is given up", e);
      IllegalArgumentException refusal =
          e instanceof IllegalArgumentException unwritable && on.take(sequence) ? unwritable : null;
      giveUp(on, "a publish failed");
      if (refusal != null) {
        refusedByClient(next, refusal);
      }
    } finally {
      writingSince = 0;
    }
    return true;
  }

  /** The client would not encode it: it never left, and would be refused again. */
  private void refusedByClient(Pending pending, IllegalArgumentException refusal) {
    lock.lock(); // so that its future completes elsewhere, not in the middle of sending
    try {
      outcomes.finish(pending, pending.failure(Outcome.NOT_SENT, "the client refuses it", refusal));
    } finally {
      lock.unlock();
    }
  }

  // Channels

  /** Starts on this connection; a failure is the caller's to handle. */
  void start(Connection open) throws IOException {
    open(open);
    connection.use(this);
    openAgain(); // if it was lost and restored before we were told of such things
  }

  /** Takes a new connection; if no channel can be opened on it, asks for another one. */
  @Override
  public void connected(Connection newConnection) {
    try {
      open(newConnection);
    } catch (IOException | RuntimeException e) {
      log.warn("no new publishing channel, the connection is given up: {}", e.getMessage());
      log.debug("no new publishing channel", e);
      connection.renew(newConnection, "no channel can be opened on it");
    }
  }

  /** Opens a channel and sends what waits, oldest first. */
  private void open(Connection newConnection) throws IOException {
    Channel channel = newConnection.createChannel();
    if (channel == null) {
      throw new IOException("the connection has no free channel");
    }
    ConfirmingChannel next = ConfirmingChannel.on(channel);
    channel.addReturnListener(returned -> next.returned(returned));
    channel.addConfirmListener(
        (tag, multiple) -> settle(next, tag, multiple, true),
        (tag, multiple) -> settle(next, tag, multiple, false));
    boolean surplus;
    lock.lock();
    try {
      surplus = closed || sendsOn(newConnection);
      if (!surplus) {
        if (sender != null) {
          giveUp(sender, "a newer connection is there");
        }
        sender = next;
        if (outbox.isEmpty()) {
          fitness.fine();
        }
      }
    } finally {
      lock.unlock();
    }
    if (surplus) {
      Channels.abort(channel); // not with the lock held: the I/O thread, which answers, takes it
      return;
    }
    channel.addShutdownListener(
        signal -> {
          if (!signal.isInitiatedByApplication()) {
            callbacks.execute(() -> giveUp(next, String.valueOf(signal.getMessage())));
          }
        });
    sendReady();
  }

  /** The broker reads again. */
  @Override
  public void unblocked() {
    lock.lock();
    try {
      unblockedAt = System.nanoTime();
      if (sender != null) {
        fitness.fine();
      }
    } finally {
      lock.unlock();
    }
    sendReady();
  }

  /**
   * Puts what the channel did not confirm back in front, in order, and asks for another channel if
   * the connection still lives.
   */
  private void giveUp(ConfirmingChannel gone, String reason) {
    lock.lock();
    try {
      if (sender != gone) {
        return;
      }
      sender = null;
      fitness.waiting(System.nanoTime());
      putBack(gone, reason);
      boolean early = System.nanoTime() - gone.since < TimeUnit.SECONDS.toNanos(1);
      shortLived = early ? Math.min(shortLived + 1, 6) : 0;
      // A message that the broker answers by closing the channel must not make us spin.
      supervisor.later(
          () -> replace(gone), early ? Duration.ofMillis(50L << shortLived) : Duration.ZERO);
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private void putBack(ConfirmingChannel gone, String reason) {
    // A confirmation may arrive right now: whoever takes the entry out settles it.
    List<Pending> again = gone.takeAll();
    Refusal refusal = Refusal.of(gone.channel.getCloseReason());
    if (refusal != null) {
      for (Pending pending : again) {
        if (refusal.concerns(pending.message)) {
          outcomes.finish(
              pending, pending.failure(pending.outcome(Outcome.REJECTED), refusal.text()));
        }
      }
      again.removeIf(pending -> refusal.concerns(pending.message));
    }
    again.forEach(Pending::mayHaveArrived);
    outbox.putBack(again);
    if (!again.isEmpty()) {
      log.warn("publishing channel given up ({}): {} events are sent again", reason, again.size());
    }
  }

  private void replace(ConfirmingChannel gone) {
    Channels.abort(gone.channel);
    openAgain();
  }

  /** Opens a channel on the present connection, unless there is one. */
  private void openAgain() {
    Connection open = connection.current();
    if (open != null && !sendsOn(open)) {
      connected(open);
    }
  }

  private boolean sendsOn(Connection open) {
    lock.lock();
    try {
      return sender != null && sender.channel.getConnection() == open;
    } finally {
      lock.unlock();
    }
  }

  // Outcomes

  /** On the I/O thread: removes what is settled and hands the rest to the callback executor. */
  private void settle(ConfirmingChannel on, long tag, boolean multiple, boolean acknowledged) {
    List<Pending> settled = on.takeSettled(tag, multiple);
    // Before anybody hears of it: what is published then must go elsewhere.
    if (on.refusalsInARow(settled.size(), acknowledged) >= REFUSAL_STORM) {
      on.retire();
    }
    if (!settled.isEmpty()) {
      answered(on);
      callbacks.execute(() -> settled.forEach(pending -> outcomes.settle(pending, acknowledged)));
    }
    if (on.isRetiring() && on.isEmpty()) {
      supervisor.run(() -> giveUp(on, "the broker refused all of the last messages"));
    }
  }

  /** What a channel that is gone still says does not mean that the broker is there. */
  private void answered(ConfirmingChannel on) {
    if (fitness.isFine()) {
      return;
    }
    lock.lock();
    try {
      if (sender == on) {
        fitness.fine();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends what took too long, and gives up a connection whose oldest confirmation is overdue, or
   * that takes no more bytes.
   */
  private void sweep() {
    long now = System.nanoTime();
    boolean blocked = connection.isBlocked();
    long publishTimeout = limits.publishTimeout().toNanos();
    long confirmTimeout = limits.confirmTimeout().toNanos();
    lock.lock();
    try {
      ConfirmingChannel current = sender;
      if (blocked) {
        fitness.waiting(now);
      } else if (current != null && current.isEmpty() && outbox.isEmpty()) {
        fitness.fine();
      }
      long began = writingSince;
      if (began != 0 && now - began > (blocked ? publishTimeout : confirmTimeout)) {
        fitness.silent(now, limits.confirmTimeout());
        connection.renew(null, "it took no bytes for too long");
      } else if (current != null
          && !blocked
          && now - unblockedAt > confirmTimeout
          && current.overdue(now, confirmTimeout)) {
        fitness.silent(now, limits.confirmTimeout());
        connection.renew(
            current.channel.getConnection(), "no confirmation within " + limits.confirmTimeout());
      }
      take(pending -> now - pending.since > publishTimeout)
          .forEach(
              pending -> {
                spilling |= spool != null && (current == null || blocked);
                outcomes.unanswered(
                    pending,
                    "it was not confirmed within "
                        + limits.publishTimeout()
                        + " (publishTimeout); "
                        + connection);
              });
      spilling &= current == null || blocked;
      if (spilling) {
        take(pending -> pending.subject.storable())
            .forEach(pending -> outcomes.unanswered(pending, "the broker is away; " + connection));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held: takes out what this holds for, wherever it is, oldest first. */
  private List<Pending> take(Predicate<Pending> condition) {
    List<Pending> taken = outbox.takeIf(condition);
    if (sender != null) {
      taken.addAll(sender.takeIf(condition));
    }
    taken.sort(Outbox.BY_ORDER);
    return taken;
  }

  /**
   * Lets what waits go to the spool, if there is one and the broker is away.
   *
   * @return whether there will be room soon
   */
  boolean spill() {
    if (spool == null) {
      return false;
    }
    lock.lock();
    try {
      spilling |= sender == null || connection.isBlocked();
      if (!spilling) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    sweep();
    return true;
  }

  // Several brokers

  /** Whether its broker takes messages. */
  Fitness fitness() {
    return fitness;
  }

  /** Takes out all that has no outcome yet, for another broker; what was sent may have arrived. */
  List<Pending> handOver() {
    lock.lock();
    try {
      List<Pending> all = new ArrayList<>();
      if (sender != null) {
        all.addAll(sender.takeAll());
        all.forEach(Pending::mayHaveArrived);
      }
      all.addAll(outbox.takeAll());
      all.forEach(pending -> pending.holdsKey = false);
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a message that another broker was to have, behind all that is here. */
  void takeOver(Pending pending) {
    lock.lock();
    try {
      if (closed) {
        outcomes.finish(
            pending, pending.failure(pending.outcomeSoFar(), "the publisher was closed"));
      } else {
        outbox.add(pending);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return connection.toString();
  }

  // The end

  /** Takes no more messages. */
  void beginClose() {
    lock.lock();
    try {
      closing = true;
      outcomes.noMoreRetries();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what has no outcome by now. */
  void endClose(Duration waited) {
    sweep.cancel(false);
    connection.leave(this);
    lock.lock();
    try {
      closed = true;
      List<Pending> left = take(pending -> true);
      // Its channel goes with the connection: a blocked broker would not answer its close.
      sender = null;
      left.forEach(
          pending ->
              outcomes.unanswered(pending, "the publisher was closed after waiting " + waited));
    } finally {
      lock.unlock();
    }
  }
}
