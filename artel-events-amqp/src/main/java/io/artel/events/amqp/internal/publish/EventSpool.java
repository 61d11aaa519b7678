package io.artel.events.amqp.internal.publish;

import io.artel.events.PublishFailure;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import io.artel.events.amqp.internal.spool.Spool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that are on this machine's disk because the broker did not answer for them, and
 * those on their way there.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Messages come to disk in the order of {@link #add}, which publishers call with their lock
 *       held: so a key keeps its order.
 *   <li>From {@code add} until a message is published or could not be written, {@link #holds} is
 *       true for its key.
 *   <li>A message waits for the disk in its publisher's window, so that those are bounded.
 * </ol>
 */
public final class EventSpool implements Closeable {

  private static final Logger log = LoggerFactory.getLogger(EventSpool.class);

  /** So many are forced to disk together. */
  private static final int GROUP = 256;

  private final Path folder;
  private final Spool spool;
  private final Meters meters;
  private final KeyCounts keys = new KeyCounts();
  private final AtomicLong events = new AtomicLong();

  /** What is to be written, oldest first; guarded by itself. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** Held by the one thread that writes, to disk; nothing of a publisher is taken meanwhile. */
  private final ReentrantLock writing = new ReentrantLock();

  private volatile Runnable written = () -> {};

  /** Hears whether its message is on disk. */
  interface Written {
    void end(boolean stored);
  }

  private record Waiting(SpooledMessage message, Written then) {}

  private EventSpool(PublishFailure.Spool settings, Meters meters) throws IOException {
    this.folder = settings.folder();
    this.meters = meters;
    this.spool = Spool.open(folder, settings.maxBytes(), this::found);
  }

  /**
   * Opens it; messages may be there already.
   *
   * @throws IllegalStateException if the folder cannot be used, or somebody else uses it
   */
  public static EventSpool open(PublishFailure.Spool settings, Meters meters) {
    try {
      EventSpool opened = new EventSpool(settings, meters);
      meters.watchSpool(opened.folder.toString(), opened::events, opened.spool::bytes);
      if (opened.events() > 0) {
        log.info("{} events are in the {}; they are published now", opened.events(), opened.spool);
      }
      return opened;
    } catch (IOException e) {
      throw new IllegalStateException(
          "the spool in '" + settings.folder() + "' cannot be opened: " + e.getMessage(), e);
    }
  }

  private void found(byte[] record) {
    try {
      SpooledMessage message = SpooledMessage.of(record);
      keys.add(message.subject().key());
      events.addAndGet(message.message().events());
    } catch (IOException e) {
      log.debug("a record that will be rejected", e);
    }
  }

  /** Calls this whenever something was written. */
  void whenWritten(Runnable task) {
    written = task;
  }

  /** Whether messages of this key may be there, or on their way: a newer one must not go first. */
  boolean holds(Subject subject) {
    return keys.contains(subject.key());
  }

  /** Takes a message for {@link #write}. */
  void add(OutgoingMessage message, Subject subject, Written then) {
    keys.add(subject.key());
    synchronized (waiting) {
      waiting.add(new Waiting(new SpooledMessage(message, subject), then));
    }
  }

  /** Writes what was added, and returns when it is on disk; without a publisher's lock. */
  void write() {
    writing.lock();
    try {
      for (List<Waiting> group = take(); !group.isEmpty(); group = take()) {
        write(group);
      }
    } finally {
      writing.unlock();
    }
    written.run();
  }

  private List<Waiting> take() {
    List<Waiting> group = new ArrayList<>();
    synchronized (waiting) {
      while (group.size() < GROUP && !waiting.isEmpty()) {
        group.add(waiting.remove());
      }
    }
    return group;
  }

  private void write(List<Waiting> group) {
    int stored = 0;
    try {
      stored = spool.append(group.stream().map(each -> each.message.toBytes()).toList());
      if (stored < group.size()) {
        log.warn("the {} is full: {} events are not stored", spool, group.size() - stored);
      }
    } catch (IOException | RuntimeException e) {
      log.error("{} events cannot be written to the {}", group.size(), spool, e);
    }
    for (int i = 0; i < group.size(); i++) {
      Waiting each = group.get(i);
      if (i < stored) {
        events.addAndGet(each.message.message().events());
        meters.stored("spool", each.message.message().events());
      } else {
        keys.remove(each.message.subject().key());
      }
      each.then.end(i < stored);
    }
  }

  /** {@return the oldest, which stay} */
  List<Spool.Entry> first(int mostRecords, long mostBytes) throws IOException {
    return spool.first(mostRecords, mostBytes);
  }

  /** A message has its outcome: newer ones of its key need not go behind it any more. */
  void published(SpooledMessage message) {
    keys.remove(message.subject().key());
    events.addAndGet(-message.message().events());
  }

  /** Removes everything up to here. */
  void removeTo(Spool.Entry entry) throws IOException {
    spool.removeTo(entry);
  }

  /** Keeps a record that nobody takes for people; false if there is no room. */
  boolean reject(byte[] record) throws IOException {
    return spool.reject(record);
  }

  /** {@return how many events are there} */
  public long events() {
    return events.get();
  }

  @Override
  public void close() {
    try {
      spool.close();
    } catch (IOException e) {
      log.warn("the {} cannot be closed", spool, e);
    }
  }

  @Override
  public String toString() {
    return spool.toString();
  }
}
