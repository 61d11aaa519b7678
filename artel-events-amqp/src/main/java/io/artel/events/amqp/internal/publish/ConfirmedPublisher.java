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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
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
 *   <li>A message holds one permit of the window from its publish call until its outcome; the
 *       window bounds everything held here.
 *   <li>Messages are sent in the order of their publish calls. What a channel did not confirm when
 *       it went is sent again on the next one, in that order, before anything new.
 *   <li>Confirmations are counted per channel: a {@link ConfirmingChannel} knows its own, and one
 *       that comes late from a channel given up finds nothing.
 *   <li>Each message's future is completed once, on the callback executor, never on the client's
 *       I/O thread.
 * </ol>
 */
public final class ConfirmedPublisher implements SupervisedConnection.User {

  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
  private static final int CONNECTION_CLOSE_MILLIS = 1000;
  private static final Duration SWEEP = Duration.ofMillis(250);

  /** How long things may take, and how many may be under way. */
  public record Limits(
      int maxInFlight, Duration enqueueTimeout, Duration publishTimeout, Duration confirmTimeout) {}

  private final SupervisedConnection connection;
  private final Limits limits;
  private final ExecutorService callbacks;
  private final Semaphore window;
  private final Background supervisor;
  private final ScheduledFuture<?> sweep;

  /**
   * Guards the fields below and the order of sends. A send may block on the socket while it is
   * held; the I/O thread never takes it.
   */
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable ConfirmingChannel sender;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private int shortLived;

  /** Confirmations are not overdue before they had their time after this. */
  private long unblockedAt = System.nanoTime();

  private volatile boolean closing;
  private boolean closed;

  /**
   * A publisher on this connection; it sends as soon as the connection tells it of itself.
   *
   * @param callbacks where outcomes are announced, from {@link CallbackThreads}
   * @param timer for what is quick
   * @param supervisor for what waits for the broker
   */
  public ConfirmedPublisher(
      SupervisedConnection connection,
      Limits limits,
      ExecutorService callbacks,
      Background timer,
      Background supervisor) {
    this.connection = connection;
    this.limits = limits;
    this.callbacks = callbacks;
    this.window = new Semaphore(limits.maxInFlight());
    this.supervisor = supervisor;
    this.sweep = timer.every(SWEEP, this::sweep);
  }

  /**
   * Sends a message, waiting for room in the window if need be. The future completes with a receipt
   * or with a {@link PublishException}, and so does every failure.
   *
   * @param id the event it is about
   * @param what how the error calls it: type and id
   */
  public CompletableFuture<PublishReceipt> publish(OutgoingMessage message, UUID id, String what) {
    Pending pending = new Pending(message, id, what);
    if (closing) {
      refuse(pending, "the publisher is closed");
      return pending.future;
    }
    if (!enter(pending)) {
      return pending.future;
    }
    lock.lock();
    try {
      if (closing) {
        finish(pending, pending.failure(Outcome.NOT_SENT, "the publisher is closed"));
      } else if (sender == null || !waiting.isEmpty() || connection.isBlocked()) {
        // A blocked broker does not read: a send would wait for it with the lock held.
        waiting.add(pending);
      } else {
        send(sender, pending);
      }
    } finally {
      lock.unlock();
    }
    return pending.future;
  }

  private boolean enter(Pending pending) {
    if (window.tryAcquire()) {
      return true;
    }
    if (CallbackThreads.isCallbackThread()) {
      refuse(
          pending,
          limits.maxInFlight()
              + " events are in flight already (maxInFlight), and a callback cannot wait for the"
              + " confirmations that it holds up: publish from another thread");
      return false;
    }
    try {
      if (window.tryAcquire(limits.enqueueTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
      refuse(
          pending,
          limits.maxInFlight()
              + " events were in flight (maxInFlight) and none was confirmed within "
              + limits.enqueueTimeout()
              + " (enqueueTimeout); "
              + connection);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(pending, "the thread was interrupted while it waited for room in flight");
    }
    return false;
  }

  /** Ends a message that never held a permit. */
  private static void refuse(Pending pending, String reason) {
    pending.future.completeExceptionally(pending.failure(Outcome.NOT_SENT, reason));
  }

  /** Called with the lock held. Whatever goes wrong on a channel ends that channel. */
  private void send(ConfirmingChannel on, Pending pending) {
    OutgoingMessage message = pending.message;
    long sequence = on.channel.getNextPublishSeqNo();
    pending.attempts++;
    on.sent(sequence, pending);
    try {
      on.channel.basicPublish(
          message.exchange(), message.routingKey(), true, message.properties(), message.body());
    } catch (IOException | RuntimeException e) {
      if (e instanceof IllegalArgumentException && on.take(sequence)) {
        // The client refused to encode it: it never left, and would be refused again.
        finish(pending, pending.failure(Outcome.NOT_SENT, "the client refuses it", e));
      }
      log.debug("publishing failed, the channel is given up", e);
      giveUp(on, "a publish failed");
    }
  }

  /** Starts on this connection; a failure is the caller's to handle. */
  public void start(Connection open) throws IOException {
    open(open);
    connection.use(this);
  }

  /** Takes a new connection; if no channel can be opened on it, asks for another one. */
  @Override
  public void connected(Connection newConnection) {
    try {
      open(newConnection);
    } catch (IOException | RuntimeException e) {
      log.warn("no new publishing channel, the connection is given up: {}", e.getMessage());
      log.debug("no new publishing channel", e);
      newConnection.abort(CONNECTION_CLOSE_MILLIS);
    }
  }

  /** Opens a channel and sends what waits, oldest first. */
  private void open(Connection newConnection) throws IOException {
    Channel channel = newConnection.createChannel();
    if (channel == null) {
      throw new IOException("the connection has no free channel");
    }
    channel.confirmSelect();
    ConfirmingChannel next = new ConfirmingChannel(channel);
    channel.addReturnListener(returned -> next.returned(returned));
    channel.addConfirmListener(
        (tag, multiple) -> settle(next, tag, multiple, true),
        (tag, multiple) -> settle(next, tag, multiple, false));
    lock.lock();
    try {
      if (closed || (sender != null && sender.channel.getConnection() == newConnection)) {
        Channels.abort(channel);
        return;
      }
      if (sender != null) {
        giveUp(sender, "a newer connection is there");
      }
      sender = next;
      sendWaiting();
    } finally {
      lock.unlock();
    }
    channel.addShutdownListener(
        signal -> {
          if (!signal.isInitiatedByApplication()) {
            callbacks.execute(() -> lost(next, String.valueOf(signal.getMessage())));
          }
        });
  }

  /** Called with the lock held. Sends what waits, oldest first, as far as that goes. */
  private void sendWaiting() {
    ConfirmingChannel on = sender;
    while (on != null && sender == on && !waiting.isEmpty() && !connection.isBlocked()) {
      send(on, waiting.removeFirst());
    }
  }

  /** The broker reads again. */
  @Override
  public void unblocked() {
    lock.lock();
    try {
      unblockedAt = System.nanoTime();
      sendWaiting();
    } finally {
      lock.unlock();
    }
  }

  private void lost(ConfirmingChannel gone, String reason) {
    lock.lock();
    try {
      giveUp(gone, reason);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Called with the lock held. Puts what the channel did not confirm back in front, in order, and
   * asks for another channel if the connection still lives.
   */
  private void giveUp(ConfirmingChannel gone, String reason) {
    if (sender != gone) {
      return;
    }
    sender = null;
    // A confirmation may arrive right now: whoever takes the entry out settles it.
    List<Pending> again = gone.takeAll();
    Refusal refusal = Refusal.of(gone.channel.getCloseReason());
    int left = 0;
    for (int i = again.size() - 1; i >= 0; i--) {
      Pending pending = again.get(i);
      if (refusal != null && refusal.concerns(pending.message)) {
        finish(pending, pending.failure(Outcome.REJECTED, refusal.text()));
      } else {
        waiting.addFirst(pending);
        left++;
      }
    }
    if (left > 0) {
      log.warn("publishing channel given up ({}): {} events are sent again", reason, left);
    }
    boolean early = System.nanoTime() - gone.since < TimeUnit.SECONDS.toNanos(1);
    shortLived = early ? Math.min(shortLived + 1, 6) : 0;
    // A message that the broker answers by closing the channel must not make us spin.
    supervisor.later(
        () -> replace(gone), early ? Duration.ofMillis(50L << shortLived) : Duration.ZERO);
  }

  private void replace(ConfirmingChannel gone) {
    Channels.abort(gone.channel);
    Connection open = connection.current();
    if (open == null) {
      return;
    }
    connected(open);
  }

  /** On the I/O thread: removes what is settled and hands the rest to the callback executor. */
  private void settle(ConfirmingChannel on, long tag, boolean multiple, boolean acknowledged) {
    List<Pending> settled = on.takeSettled(tag, multiple);
    if (!settled.isEmpty()) {
      callbacks.execute(() -> settled.forEach(pending -> settle(pending, acknowledged)));
    }
  }

  private void settle(Pending pending, boolean acknowledged) {
    if (!acknowledged) {
      finish(
          pending,
          pending.failure(
              Outcome.REJECTED,
              "the broker refused it: a queue it is meant for is full or cannot store it"));
    } else if (pending.returned != null && pending.message.requiresRoute()) {
      finish(
          pending,
          pending.failure(
              Outcome.UNROUTABLE,
              "no queue is bound for it ("
                  + pending.returned
                  + "): bind one, or mark its type optionalAudience()"));
    } else {
      finish(pending, null);
    }
  }

  /** Gives the permit back and completes the future; failure is null for a confirmation. */
  private void finish(Pending pending, @Nullable PublishException failure) {
    window.release();
    Runnable completion =
        failure != null
            ? () -> pending.future.completeExceptionally(failure)
            : () -> pending.future.complete(pending.receipt());
    if (CallbackThreads.isCallbackThread() && !lock.isHeldByCurrentThread()) {
      completion.run();
    } else {
      try {
        callbacks.execute(completion);
      } catch (RejectedExecutionException e) {
        completion.run();
      }
    }
  }

  /** Ends what took too long, and gives up a channel whose oldest confirmation is overdue. */
  private void sweep() {
    long now = System.nanoTime();
    long publishTimeout = limits.publishTimeout().toNanos();
    if (!lock.tryLock()) {
      return;
    }
    try {
      ConfirmingChannel current = sender;
      if (current != null
          && !connection.isBlocked()
          && now - unblockedAt > limits.confirmTimeout().toNanos()
          && current.overdue(now, limits.confirmTimeout().toNanos())) {
        giveUp(current, "no confirmation within " + limits.confirmTimeout());
      }
      Predicate<Pending> late = pending -> now - pending.since > publishTimeout;
      if (current != null) {
        current.takeIf(late).forEach(this::expire);
      }
      waiting.removeIf(
          pending -> {
            boolean expired = late.test(pending);
            if (expired) {
              expire(pending);
            }
            return expired;
          });
    } finally {
      lock.unlock();
    }
  }

  private void expire(Pending pending) {
    finish(
        pending,
        pending.failure(
            pending.outcomeSoFar(),
            "it was not confirmed within "
                + limits.publishTimeout()
                + " (publishTimeout); "
                + connection));
  }

  /** Waits for outstanding outcomes, then closes; what has none by then ends as not known. */
  public void close(Duration timeout) {
    lock.lock();
    try {
      closing = true;
    } finally {
      lock.unlock();
    }
    boolean drained = false;
    try {
      drained = window.tryAcquire(limits.maxInFlight(), timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (drained) {
      window.release(limits.maxInFlight());
    }
    sweep.cancel(false);
    connection.leave(this);
    int unknown = 0;
    int notSent = 0;
    lock.lock();
    try {
      closed = true;
      ConfirmingChannel current = sender;
      sender = null;
      List<Pending> left = new ArrayList<>();
      if (current != null) {
        left.addAll(current.takeAll());
        // Its channel goes with the connection: a blocked broker would not answer its close.
      }
      left.addAll(waiting);
      waiting.clear();
      for (Pending pending : left) {
        Outcome outcome = pending.outcomeSoFar();
        unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
        notSent += outcome == Outcome.NOT_SENT ? 1 : 0;
        finish(
            pending, pending.failure(outcome, "the publisher was closed after waiting " + timeout));
      }
    } finally {
      lock.unlock();
    }
    if (!drained) {
      log.warn("publisher closed with {} events unknown and {} not sent", unknown, notSent);
    }
  }
}
