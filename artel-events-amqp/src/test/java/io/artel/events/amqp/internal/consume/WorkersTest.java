package io.artel.events.amqp.internal.consume;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {

  private static final int SIZE = 4;

  private final Workers workers = new Workers("worker", SIZE);

  @AfterEach
  void stop() {
    workers.stop();
  }

  @Test
  void tasksShouldBeginInTheOrderTheyCame() throws Exception {
    Workers one = new Workers("one", 1);
    LinkedBlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
    List<Integer> expected = IntStream.range(0, 1000).boxed().toList();

    expected.forEach(number -> one.execute(() -> begun.add(number)));

    for (int number : expected) {
      assertThat(begun.poll(10, SECONDS)).isEqualTo(number);
    }
    one.stop();
  }

  @Test
  void asManyTasksShouldRunAtOnceAsThereAreThreads() throws Exception {
    CyclicBarrier all = new CyclicBarrier(SIZE + 1);
    for (int i = 0; i < SIZE; i++) {
      workers.execute(() -> await(all));
    }

    all.await(10, SECONDS);
  }

  @Test
  void noMoreTasksShouldRunAtOnceThanThereAreThreads() throws Exception {
    Semaphore running = new Semaphore(0);
    CountDownLatch end = new CountDownLatch(1);
    Semaphore ended = new Semaphore(0);
    for (int i = 0; i <= SIZE; i++) {
      workers.execute(
          () -> {
            running.release();
            await(end);
            ended.release();
          });
    }
    assertThat(running.tryAcquire(SIZE, 10, SECONDS)).isTrue();
    assertThat(running.tryAcquire()).isFalse();

    end.countDown();

    assertThat(ended.tryAcquire(SIZE + 1, 10, SECONDS)).isTrue();
  }

  @Test
  void everyTaskShouldRunOnceHoweverManyCome() throws Exception {
    int each = 50_000;
    Semaphore run = new Semaphore(0);
    List<Thread> producers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread producer =
          new Thread(
              () -> {
                for (int task = 0; task < each; task++) {
                  workers.execute(run::release);
                }
              });
      producers.add(producer);
      producer.start();
    }

    assertThat(run.tryAcquire(3 * each, 50, SECONDS)).isTrue();
    for (Thread producer : producers) {
      producer.join();
    }
    assertThat(run.availablePermits()).isZero();
  }

  /** Some of those who are woken find that another one has taken their task. */
  @Test
  void allThreadsShouldBeThereHoweverOftenOneWasWokenForNothing() throws Exception {
    Semaphore run = new Semaphore(0);
    for (int i = 0; i < 20_000; i++) {
      for (int task = 0; task <= i % SIZE; task++) {
        workers.execute(run::release);
      }
      assertThat(run.tryAcquire(i % SIZE + 1, 10, SECONDS)).isTrue();
    }

    asManyTasksShouldRunAtOnceAsThereAreThreads();
  }

  /** Short ones are left to who is awake; this one is held by a long one then. */
  @Test
  void taskBehindALongOneShouldNotWaitForItHoweverShortAllWereBefore() throws Exception {
    Semaphore run = new Semaphore(0);
    for (int time = 0; time < 50; time++) {
      for (int i = 0; i < 200; i++) {
        workers.execute(run::release);
        assertThat(run.tryAcquire(10, SECONDS)).isTrue();
      }
      CountDownLatch end = new CountDownLatch(1);
      CountDownLatch held = new CountDownLatch(1);
      workers.execute(
          () -> {
            held.countDown();
            await(end);
          });
      workers.execute(run::release);
      workers.execute(run::release);

      assertThat(held.await(10, SECONDS)).isTrue();
      assertThat(run.tryAcquire(2, 10, SECONDS)).isTrue();
      workers.execute(run::release);
      assertThat(run.tryAcquire(10, SECONDS)).isTrue();
      end.countDown();
    }
  }

  @Test
  void failureShouldEndNoThread() throws Exception {
    Workers one = new Workers("one", 1);
    LinkedBlockingQueue<Thread> seen = new LinkedBlockingQueue<>();
    one.execute(
        () -> {
          seen.add(Thread.currentThread());
          throw new IllegalStateException("for a test");
        });
    one.execute(() -> seen.add(Thread.currentThread()));

    assertThat(seen.poll(10, SECONDS)).isNotNull().isSameAs(seen.poll(10, SECONDS));
    one.stop();
  }

  @Test
  void interruptThatATaskLeavesBehindShouldNotReachTheNext() throws Exception {
    Workers one = new Workers("one", 1);
    LinkedBlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
    one.execute(() -> Thread.currentThread().interrupt());
    one.execute(() -> interrupted.add(Thread.interrupted()));

    assertThat(interrupted.poll(10, SECONDS)).isFalse();
    one.stop();
  }

  @Test
  void stopShouldInterruptForgetAndRefuse() throws Exception {
    Workers one = new Workers("one", 1);
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    CountDownLatch running = new CountDownLatch(1);
    LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    one.execute(
        () -> {
          threads.add(Thread.currentThread());
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            seen.add("interrupted");
          }
        });
    one.execute(() -> seen.add("run"));
    assertThat(running.await(10, SECONDS)).isTrue();

    one.stop();

    assertThat(seen.poll(10, SECONDS)).isEqualTo("interrupted");
    threads.take().join(10_000);
    assertThat(seen).isEmpty();
    assertThatThrownBy(() -> one.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("one");
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
