package io.artel.events.amqp.internal.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.spool.Spool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is in the spool, oldest first, a part of it at a time.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Messages are handed in their order to a publisher of their own that keeps it, and that
 *       never ends one because it is late: so none can overtake another of its key.
 *   <li>A message is removed from disk when it and all before it are confirmed, or stored elsewhere
 *       because the broker refuses them.
 *   <li>At most {@value #RECORDS} messages are in memory, and about {@value #BYTES} bytes.
 * </ol>
 */
public final class SpoolReplay {

  private static final Logger log = LoggerFactory.getLogger(SpoolReplay.class);

  /** So many messages are under way at most; the window of the publisher must be as large. */
  public static final int RECORDS = 256;

  private static final long BYTES = 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longer than any process lives, and short enough to be counted in nanoseconds. */
  private static final Duration NEVER = Duration.ofDays(100 * 365);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final EventSpool spool;
  private final PublisherPool publisher;
  private final FailedPublishes failed;
  private final Meters meters;
  private final Background supervisor;
  private final AtomicBoolean running = new AtomicBoolean();

  /** Held by the one thread that removes from disk. */
  private final ReentrantLock removing = new ReentrantLock();

  private volatile @Nullable Part current;
  private volatile boolean stopped;

  /** One record on its way. */
  private static final class Item {
    final Spool.Entry entry;
    final @Nullable SpooledMessage message;
    boolean done;

    Item(Spool.Entry entry) {
      this.entry = entry;
      SpooledMessage read = null;
      try {
        read = SpooledMessage.of(entry.content());
      } catch (IOException e) {
        log.error("a record of the spool is no message", e);
      }
      message = read;
    }
  }

  /** What was read together. Guarded by itself. */
  private static final class Part {
    final List<Item> items = new ArrayList<>();

    /** So many of them are not on disk any more; guarded by {@link SpoolReplay#removing}. */
    int removed;

    /** How many there are before the first that is not done. */
    synchronized int done() {
      int done = removed;
      while (done < items.size() && items.get(done).done) {
        done++;
      }
      return done;
    }
  }

  /**
   * A replay of this spool.
   *
   * @param publisher of its own, for {@value #RECORDS} messages, with {@link #limits}
   * @param failed takes what the broker refuses
   */
  public SpoolReplay(
      EventSpool spool,
      PublisherPool publisher,
      FailedPublishes failed,
      Meters meters,
      Background supervisor) {
    this.spool = spool;
    this.publisher = publisher;
    this.failed = failed;
    this.meters = meters;
    this.supervisor = supervisor;
  }

  /** Those of its publisher: there is no hurry, and so nothing is late. */
  public static Limits limits(Limits usual) {
    return new Limits(
        usual.enqueueTimeout(),
        NEVER,
        usual.confirmTimeout(),
        usual.retries(),
        usual.firstRetry(),
        usual.strictOrder());
  }

  /** Starts with what is there; what comes later follows. */
  public void start() {
    spool.whenWritten(this::wake);
    wake();
  }

  private void wake() {
    if (spool.events() > 0 && !stopped && running.compareAndSet(false, true)) {
      supervisor.run(this::next);
    }
  }

  private void next() {
    if (stopped) {
      return;
    }
    Part part = new Part();
    try {
      for (Spool.Entry entry : spool.first(RECORDS, BYTES)) {
        part.items.add(new Item(entry));
      }
    } catch (IOException e) {
      log.error("the {} cannot be read; it is tried again", spool, e);
      supervisor.later(this::next, PAUSE);
      return;
    }
    if (part.items.isEmpty()) {
      running.set(false);
      wake(); // something may have been written in between
      return;
    }
    current = part;
    part.items.forEach(item -> send(part, item));
  }

  private void send(Part part, Item item) {
    SpooledMessage spooled = item.message;
    if (stopped) {
      return;
    }
    if (spooled == null) {
      reject(part, item);
      return;
    }
    OutgoingMessage message = spooled.message();
    // One place in flight, however many events it holds.
    OutgoingMessage single =
        new OutgoingMessage(
            message.exchange(),
            message.routingKey(),
            message.properties(),
            message.body(),
            message.requiresRoute());
    var unused =
        publisher
            .publish(single, spooled.subject())
            .whenComplete(
                (receipt, failure) -> {
                  if (failure == null) {
                    meters.replayed(message.events());
                    finished(part, item);
                  } else if (failure instanceof PublishException known && isForGood(known)) {
                    store(part, item, spooled, known);
                  } else {
                    supervisor.later(() -> send(part, item), PAUSE);
                  }
                });
  }

  /** Whether the broker, or the client, would not have it, and would not another time. */
  private static boolean isForGood(PublishException failure) {
    return failure.outcome() == Outcome.UNROUTABLE
        || failure.outcome() == Outcome.REJECTED
        || failure.getCause() instanceof IllegalArgumentException;
  }

  /** What is refused must not hold up the rest: it goes where operators look. */
  private void store(Part part, Item item, SpooledMessage spooled, PublishException refused) {
    List<CompletableFuture<PublishReceipt>> stored = new ArrayList<>();
    for (SpooledMessage event : events(spooled)) {
      stored.add(failed.store(event.message(), event.subject(), refused));
    }
    var unused =
        PublishedTogether.join(stored)
            .whenComplete(
                (receipts, failure) -> {
                  if (failure == null) {
                    finished(part, item);
                  } else if (failure.getCause() instanceof PublishException known
                      && isForGood(known)) {
                    supervisor.run(() -> reject(part, item));
                  } else {
                    supervisor.later(() -> send(part, item), PAUSE);
                  }
                });
  }

  /** Each event of a message, as a message of its own. */
  private static List<SpooledMessage> events(SpooledMessage spooled) {
    OutgoingMessage message = spooled.message();
    if (!BatchMessages.isBatch(message.properties())) {
      return List.of(spooled);
    }
    List<SpooledMessage> events = new ArrayList<>();
    for (BatchMessages.Element element : BatchMessages.unpack(message.body())) {
      UUID id = id(element.body());
      events.add(
          new SpooledMessage(
              new OutgoingMessage(
                  message.exchange(),
                  message.routingKey(),
                  BatchMessages.properties(null, element.headers())
                      .builder()
                      .messageId(id.toString())
                      .build(),
                  element.body(),
                  message.requiresRoute()),
              new Subject(id, "event of batch " + spooled.subject().id(), null)));
    }
    return events;
  }

  /** The id of an event of ours. */
  private static UUID id(byte[] event) {
    try {
      return UUID.fromString(JSON.readTree(event).path("event_id").asText());
    } catch (IOException | IllegalArgumentException e) {
      log.debug("an event without a readable id", e);
      return UUID.randomUUID();
    }
  }

  /** Not even operators' queues take it: it stays on disk, out of the way of others. */
  private void reject(Part part, Item item) {
    try {
      if (spool.reject(item.entry.content())) {
        log.error("an event of the {} is kept in a file of rejected ones there", spool);
        meters.stored("rejected", 1);
        finished(part, item);
        return;
      }
      log.error("the {} has no room for an event that was rejected; it is tried again", spool);
    } catch (IOException e) {
      log.error("an event cannot be set aside in the {}; it is tried again", spool, e);
    }
    supervisor.later(() -> send(part, item), PAUSE);
  }

  /** It needs no more. */
  private void finished(Part part, Item item) {
    synchronized (part) {
      item.done = true;
    }
    if (item.message != null) {
      spool.published(item.message);
    }
    supervisor.run(() -> removeDone(part));
  }

  /** Takes from disk what is done, up to the first that is not; after the last, goes on. */
  private void removeDone(Part part) {
    boolean last;
    removing.lock();
    try {
      int done = part.done();
      if (done == part.removed) {
        return;
      }
      spool.removeTo(part.items.get(done - 1).entry);
      part.removed = done;
      last = done == part.items.size();
    } catch (IOException e) {
      log.warn("published events cannot be removed from the {}; it is tried again", spool, e);
      supervisor.later(() -> removeDone(part), PAUSE);
      return;
    } finally {
      removing.unlock();
    }
    if (last) {
      next();
    }
  }

  /** Begins no more; what is under way has so long to be confirmed, and stays where it is not. */
  public void stop(Duration timeout) {
    stopped = true;
    var unused = publisher.close(publisher.outcomes(), timeout);
    Part part = current;
    if (part != null) {
      removeDone(part);
    }
  }
}
