package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Connection;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the partitions of a queue may be read by those who know them as this generation. Asks the
 * broker each time, but after a no at most once a second, however many partitions ask. Safe for use
 * by several threads.
 */
public final class ReadingGate {

  /** How long a no holds. */
  public static final Duration PAUSE = Duration.ofSeconds(1);

  private final QueueSpec queue;

  /** Guards the fields below; held while the broker is asked, so that it is asked once. */
  private final Object lock = new Object();

  private @Nullable String refusal;
  private long refusedAt;

  /** A gate before the partitions of this queue; a queue without partitions is always open. */
  public ReadingGate(QueueSpec queue) {
    this.queue = queue;
  }

  /**
   * Makes sure that a queue is read by those who know it as this generation.
   *
   * @throws TopologyException if it is not; the text says why
   * @throws IOException if the connection is lost
   */
  public static void requireOpen(Connection connection, QueueSpec queue) throws IOException {
    String refusal = queue.isPartitioned() ? GenerationState.of(connection, queue).refusal() : null;
    if (refusal != null) {
      throw new TopologyException(refusal);
    }
  }

  /**
   * Returns if the partitions may be read now; waits for the broker's answer.
   *
   * @throws WaitingException if they may not be read
   * @throws TopologyException if the broker does not let us ask
   * @throws IOException if the connection is lost
   */
  public void pass(Connection connection) throws IOException {
    if (!queue.isPartitioned()) {
      return;
    }
    synchronized (lock) {
      String last = refusal;
      if (last == null || System.nanoTime() - refusedAt >= PAUSE.toNanos() / 2) {
        last = GenerationState.of(connection, queue).refusal();
        refusal = last;
        refusedAt = System.nanoTime();
      }
      if (last != null) {
        throw new WaitingException(last);
      }
    }
  }
}
