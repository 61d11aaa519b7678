package io.artel.events.benchmarks.contest;

import com.rabbitmq.client.ConfirmListener;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many messages one channel has published that the broker has not confirmed yet. */
public final class ConfirmWindow implements ConfirmListener {
  private static final int PATIENCE_SECONDS = 60;

  private final int size;
  private final Semaphore room;

  /** Every publish up to this number is confirmed. */
  private long confirmedUpTo;

  /** Those above it that are confirmed already. */
  private final NavigableSet<Long> confirmedEarly = new TreeSet<>();

  private volatile boolean refused;

  /** So many at once. */
  public ConfirmWindow(int size) {
    this.size = size;
    room = new Semaphore(size);
  }

  /** Waits until one more message may be published. */
  public void awaitRoom() throws InterruptedException {
    await(1);
  }

  /** Waits until all that was published is confirmed, and makes sure that it was so many. */
  public void awaitAll(long published) throws InterruptedException {
    await(size);
    if (confirmedUpTo != published || room.availablePermits() != 0) {
      throw new IllegalStateException(confirmedUpTo + " of " + published + " confirmed");
    }
    room.release(size);
  }

  private void await(int permits) throws InterruptedException {
    if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no confirm for " + PATIENCE_SECONDS + " seconds");
    }
    if (refused) {
      throw new IllegalStateException("the broker refused a message");
    }
  }

  @Override
  public void handleAck(long deliveryTag, boolean multiple) {
    room.release(multiple ? confirmAllUpTo(deliveryTag) : confirmOne(deliveryTag));
  }

  @Override
  public void handleNack(long deliveryTag, boolean multiple) {
    refused = true;
    handleAck(deliveryTag, multiple);
  }

  private int confirmOne(long deliveryTag) {
    confirmedEarly.add(deliveryTag);
    mergeEarly();
    return 1;
  }

  private int confirmAllUpTo(long deliveryTag) {
    NavigableSet<Long> counted = confirmedEarly.headSet(deliveryTag, true);
    int confirmed = (int) (deliveryTag - confirmedUpTo) - counted.size();
    counted.clear();
    confirmedUpTo = deliveryTag;
    mergeEarly();
    return confirmed;
  }

  private void mergeEarly() {
    while (confirmedEarly.remove(confirmedUpTo + 1)) {
      confirmedUpTo++;
    }
  }
}
