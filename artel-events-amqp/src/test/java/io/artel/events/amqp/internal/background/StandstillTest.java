package io.artel.events.amqp.internal.background;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StandstillTest {

  private final Standstill standstill = new Standstill("standstill");

  @AfterEach
  void stop() {
    standstill.stop();
  }

  @Test
  void watchersShouldHearOfAsMuchAsWhoeverAskedWhileTheClockWasNotLookedAt() throws Exception {
    long halfASecond = MILLISECONDS.toNanos(500);
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Queue<Long> heard = new ConcurrentLinkedQueue<>();
    standstill.watch(
        nanos -> {
          heard.add(nanos);
          standing.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(standing.await(10, SECONDS)).isTrue();

    await(() -> standstill.nanos() > halfASecond);
    goOn.countDown();

    await(() -> heard.stream().anyMatch(nanos -> nanos > halfASecond));
    await(() -> standstill.nanos() < halfASecond);
  }

  @Test
  void whoeverWatchesNoMoreShouldHearNothing() {
    Queue<Long> heard = new ConcurrentLinkedQueue<>();
    Queue<Long> other = new ConcurrentLinkedQueue<>();
    Runnable end = standstill.watch(heard::add);
    await(() -> !heard.isEmpty());

    end.run();
    int before = heard.size();
    standstill.watch(other::add);
    await(() -> other.size() > 4);

    assertThat(heard.size()).isBetween(before, before + 2); // a look may have been under way
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
