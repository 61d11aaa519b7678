package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a queue from its head, once, as far as it reached at the start. What is not settled goes
 * back in its order when this is closed. Used by one thread.
 *
 * <p>A quorum queue puts what comes back behind all that came back before. So order only survives
 * where everything is held, and then given back at once: this always reads to the end, also if
 * nobody wants to see more, and on one channel. It holds letters page by page, a consumer each; the
 * names of the consumers rise, since that is the order in which the broker gives back what a dead
 * client held. A client that dies within the first page leaves the order as it was; later, what was
 * read may come back behind what was not.
 *
 * <p>Memory holds few letters. The rest waits in the socket, whose thread waits for room: a call
 * that needs an answer on this connection is only made between pages, when nothing is under way.
 */
final class LetterReader implements AutoCloseable {

  /** How many letters the broker sends ahead. */
  static final int PAGE = 10_000;

  private static final int IN_MEMORY = 64;
  private static final long OFFER_MILLIS = 20;
  private static final long LOOK_MILLIS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Depths depths;
  private final Channel channel;
  private final String queue;
  private final long expected;
  private final BlockingQueue<Letter> letters = new ArrayBlockingQueue<>(IN_MEMORY);
  private @Nullable String consumer;
  private int pages;
  private int leftInPage;
  private long taken;
  private boolean ended;

  /** What is to be acknowledged once the page has ended. */
  private final List<Long> later = new ArrayList<>();

  /** Nobody takes letters now; what comes all the same is held until this is closed. */
  private volatile boolean betweenPages;

  /**
   * Reads what is ready in the queue now.
   *
   * @param connection one that nothing else uses meanwhile
   * @param depths asked how much there is
   */
  LetterReader(Connection connection, Depths depths, String queue) throws IOException {
    this.depths = depths;
    this.queue = queue;
    expected = depths.ready(queue);
    Channel opened = connection.createChannel();
    if (opened == null) {
      throw new IOException("the connection has no free channel");
    }
    channel = opened;
  }

  /** The next letter, or null after the last one. Waits for the broker. */
  @Nullable Letter next() throws IOException, InterruptedException {
    if (leftInPage == 0) {
      endPage();
      if (ended || taken == expected) {
        return null;
      }
      beginPage();
    }
    Letter letter = arrival();
    if (letter == null) {
      ended = true;
      leftInPage = 0;
      return null;
    }
    leftInPage--;
    taken++;
    return letter;
  }

  /** Whether the page is read: only then may something be settled for certain. */
  boolean isBetweenPages() {
    return leftInPage == 0;
  }

  private void beginPage() throws IOException {
    betweenPages = false;
    leftInPage = (int) Math.min(PAGE, expected - taken);
    channel.basicQos(leftInPage);
    String tag = String.format(Locale.ROOT, "%06d", pages++);
    consumer = channel.basicConsume(queue, false, tag, new Receiver(channel));
  }

  /** Gets no more letters. All that the broker could send has come. */
  private void endPage() throws IOException {
    betweenPages = true;
    if (consumer != null) {
      channel.basicCancel(consumer);
      consumer = null;
    }
    for (long tag : later) {
      channel.basicAck(tag, false);
    }
    later.clear();
  }

  /** The next letter to arrive, or null if somebody else has taken what was to come. */
  private @Nullable Letter arrival() throws IOException, InterruptedException {
    long start = System.nanoTime();
    boolean seenEmpty = false;
    while (true) {
      Letter letter = letters.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (letter != null || seenEmpty) {
        return letter;
      }
      if (!channel.isOpen()) {
        throw new IOException("the connection is lost");
      }
      seenEmpty = depths.ready(queue) == 0;
      if (!seenEmpty && System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException(
            "the broker delivers nothing of '" + queue + "', though it has something");
      }
    }
  }

  /** How many consumers the queue has because of this. */
  int consumers() {
    return consumer == null ? 0 : 1;
  }

  /**
   * Takes a letter away for good. If the queue has more than a page, that happens at the page's
   * end: for each letter that is settled before, the broker sends another one.
   */
  void acknowledge(long tag) throws IOException {
    if (leftInPage == 0) {
      endPage();
    } else if (expected > PAGE) {
      later.add(tag);
      return;
    }
    channel.basicAck(tag, false);
  }

  /** The broker hands it on to where the queue's dead letters go. */
  void reject(long tag) throws IOException {
    channel.basicReject(tag, false);
  }

  /**
   * Returns when the queue has had all that was settled, since it answers in order. Ends the page.
   */
  void sync() throws IOException {
    endPage();
    channel.queueDeclarePassive(queue);
  }

  /** Reads to the end and gives back what is not settled. */
  @Override
  public void close() throws IOException {
    try {
      while (channel.isOpen() && next() != null) {
        // it is held, and that is all
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      endPage();
      channel.close();
    } catch (TimeoutException e) {
      throw new IOException("the broker does not close a channel", e);
    }
  }

  /** Runs on the connection's I/O thread, and stops it while there is no room. */
  private final class Receiver extends DefaultConsumer {
    Receiver(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      Letter letter = new Letter(envelope, properties, body);
      try {
        while (!betweenPages && !letters.offer(letter, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
          // until there is room, or nobody wants it any more
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
