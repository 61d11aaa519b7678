package io.artel.events.testkit.it;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should publish: it ends with a word, and events next to it notice nothing. */
@Timeout(120)
abstract class BadInput {

  record Text(String text) {}

  static final EventType<Text> STEP = EventType.of("game.step", Text.class);

  private final Topology topology =
      Topology.on("game.events").queue("game.queue", q -> q.bind("game.#"));
  ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** From now on the broker confirms nothing. */
  abstract void fallSilent();

  /** The broker goes on where it was. */
  abstract void speakAgain();

  /** Ends what the place is in, if that is the test's own too. */
  void endBroker() {}

  @AfterEach
  void close() {
    speakAgain();
    artel.close(ofSeconds(5));
    endBroker();
  }

  final void connect(UnaryOperator<ArtelSettings.Builder> options) {
    artel =
        ArtelEvents.connect(
            options
                .apply(ArtelSettings.builder().name("tester").uri(uri()).topology(topology))
                .build());
  }

  @Test
  void anEventLargerThanAllowedShouldEndBeforeItsChannelIsTouched() {
    connect(settings -> settings);
    List<CompletableFuture<PublishReceipt>> others = new ArrayList<>();
    List<PublishException> failures = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      others.add(async("a"));
      failures.add(failure(step("x".repeat(2 * 1024 * 1024))));
    }

    assertThat(failures)
        .allSatisfy(
            failure -> {
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
              assertThat(failure.details().attempts()).isZero();
            });
    assertThat(others)
        .allSatisfy(each -> assertThat(each.get(30, SECONDS).attempts()).isEqualTo(1));
  }

  @Test
  void theLongestNamesShouldArriveAndLongerOnesNotBeMade() {
    connect(settings -> settings);
    String service = "s".repeat(255);
    EventType<Text> longest = EventType.of("game." + "t".repeat(250), Text.class);

    assertThat(artel.publisher(service).publish(longest.event(new Text("a"))).attempts())
        .isEqualTo(1);
    assertThatThrownBy(() -> EventType.of("game." + "t".repeat(251), Text.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255");
    assertThatThrownBy(() -> artel.publisher(service + "s").publish(STEP.event(new Text("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255");
    // In bytes, not in characters.
    assertThatThrownBy(() -> STEP.event(new Text("a")).source("ä".repeat(128)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // that is the point
  void nothingShouldBeRefusedAtOnce() {
    connect(settings -> settings);

    assertThatThrownBy(() -> STEP.event((Text) null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> artel.publisher().publish((Event<?>) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> artel.publisher().publishAsync((Event<?>) null))
        .isInstanceOf(NullPointerException.class);
    assertThat(artel.publisher().publish(step("a")).attempts()).isEqualTo(1);
  }

  @Test
  void publishingAfterTheCloseShouldEndAsNotSent() {
    connect(settings -> settings);
    artel.close();

    PublishException failure = failure(step("a"));

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("closed");
  }

  @Test
  void anInterruptShouldEndTheWaitAndNothingElse() throws Exception {
    connect(settings -> settings.maxInFlight(2));
    fallSilent();
    CompletableFuture<PublishReceipt> neighbour = async("b");
    Waiting forConfirmation = new Waiting(step("a"));
    await().until(forConfirmation::waits);
    Waiting forRoom = new Waiting(step("c"));
    await().until(forRoom::waits);

    forRoom.thread.interrupt();
    forConfirmation.thread.interrupt();

    assertThat(forRoom.failure().outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(forRoom.failure()).hasMessageContaining("interrupted");
    assertThat(forConfirmation.failure().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(forRoom.interrupted).isTrue();
    assertThat(forConfirmation.interrupted).isTrue();
    assertThat(neighbour).isNotDone();

    speakAgain();
    assertThat(neighbour.get(30, SECONDS).attempts()).isEqualTo(1);
    assertThat(artel.publisher().publish(step("d")).attempts()).isEqualTo(1);
  }

  /** A thread that publishes and waits for it. */
  private final class Waiting {
    final AtomicReference<PublishException> failed = new AtomicReference<>();
    final AtomicBoolean interrupted = new AtomicBoolean();
    final Thread thread;

    Waiting(Event<Text> event) {
      thread =
          new Thread(
              () -> {
                failed.set(BadInput.this.failure(event));
                interrupted.set(Thread.currentThread().isInterrupted());
              });
      thread.start();
    }

    boolean waits() {
      return thread.getState() == Thread.State.WAITING
          || thread.getState() == Thread.State.TIMED_WAITING;
    }

    PublishException failure() throws InterruptedException {
      thread.join(30_000);
      return failed.get();
    }
  }

  static Event<Text> step(String text) {
    return STEP.event(new Text(text)).build("tester");
  }

  final CompletableFuture<PublishReceipt> async(String text) {
    return artel.publisher().publishAsync(step(text)).toCompletableFuture();
  }

  final PublishException failure(Event<Text> event) {
    return catchThrowableOfType(PublishException.class, () -> artel.publisher().publish(event));
  }
}
