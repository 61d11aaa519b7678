package io.artel.events.testkit.it;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.artel.events.CloseReport;
import io.artel.events.ConnectionStatus;
import io.artel.events.ConnectionStatus.State;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.BrokerConnection;
import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each outcome of a publish, from the fault that leads to it. */
@Timeout(60)
class PublisherOutcomesTest {

  record Step(String name) {}

  private static final EventType<Step> STEP = EventType.of("game.step", Step.class);
  private static final EventType<Step> LOST = EventType.of("gone.step", Step.class);
  private static final UUID ANN = new UUID(0, 1);
  private static final UUID BOB = new UUID(0, 2);

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final Topology topology =
      Topology.on("game.events").queue("game.queue", q -> q.bind("game.*"));
  private final Queue<State> publishStates = new ConcurrentLinkedQueue<>();
  private ArtelEvents artel;

  @AfterEach
  void close() {
    broker.faults().clear();
    artel.close(Duration.ofSeconds(1));
    broker.close();
  }

  @Test
  void aRefusedEventShouldBeSentAgainAndItsKeyWaitForIt() {
    connect(settings -> settings.publishRetries(20, ofMillis(10)).strictOrder());
    broker.faults().onPublish().matching(message -> is(message.text(), "a1")).times(1000).nack();

    CompletableFuture<PublishReceipt> first = publishAsync("a1", ANN);
    CompletableFuture<PublishReceipt> second = publishAsync("a2", ANN);
    CompletableFuture<PublishReceipt> other = publishAsync("b1", BOB);
    assertThat(other.orTimeout(20, SECONDS).join().attempts()).isEqualTo(1);
    broker.faults().clear();

    assertThat(first.orTimeout(20, SECONDS).join().attempts()).isGreaterThan(1);
    assertThat(second.orTimeout(20, SECONDS).join().attempts()).isEqualTo(1);
    assertThat(stored()).containsExactly("b1", "a1", "a2");
  }

  @Test
  void anEventWithoutAnyAnswerShouldEndAsUnknown() {
    connect(settings -> settings.confirmTimeout(ofMillis(200)).publishTimeout(ofMillis(500)));
    broker.faults().onPublish().times(1000).swallow();

    PublishException failure = failure(STEP);

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure).hasMessageContaining("not confirmed within PT0.5S (publishTimeout)");
  }

  @Test
  void anEventThatFoundNoBrokerShouldEndAsNotSent() {
    connect(settings -> settings.confirmTimeout(ofMillis(200)).publishTimeout(ofMillis(500)));
    broker.stop();
    await().until(() -> status("publish").state() == State.CONNECTING);

    PublishException failure = failure(STEP);

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure.details().attempts()).isZero();
    assertThat(failure).hasMessageContaining("tester publish (not connected)");
    broker.startAgain();
    assertThat(artel.publisher().publish(step("a")).attempts()).isEqualTo(1);
  }

  @Test
  void aWriteThatNeverEndsShouldEndWithThePublishTimeout() {
    connect(
        settings ->
            settings
                .codec(EventCodec.builder().maxBytes(16 * 1024 * 1024).build())
                .confirmTimeout(ofMillis(200))
                .publishTimeout(ofMillis(500)));
    // The broker stops reading in the middle of the message.
    broker.faults().blockPublishers("low on memory");
    String large = "x".repeat(15 * 1024 * 1024);

    CompletableFuture<PublishException> stuck =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    PublishException.class, () -> artel.publisher().publish(step(large))));

    assertThat(stuck.orTimeout(20, SECONDS).join().outcome()).isEqualTo(Outcome.UNKNOWN);
    broker.faults().unblockPublishers();
    assertThat(artel.publisher().publish(step("a")).routed()).isTrue();
  }

  @Test
  void anEventThatIsRefusedForeverShouldEndAsRejected() {
    connect(settings -> settings.publishRetries(2, ofMillis(10)));
    broker.faults().onPublish().times(3).nack();

    PublishException failure = failure(STEP);

    assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(failure.details().attempts()).isEqualTo(3);
    assertThat(failure.details().broker()).endsWith(":" + broker.port());
    assertThat(failure.details().exchange()).isEqualTo("game.events");
    assertThat(failure)
        .hasMessageContaining("event game.step " + failure.eventId())
        .hasMessageContaining("after 3 attempts")
        .hasMessageContaining("full");
    assertThat(stored()).isEmpty();
  }

  @Test
  void anEventThatNobodyTakesShouldNameTheNearestBinding() {
    connect(settings -> settings.publishRetries(1, ofMillis(10)));

    PublishException failure = failure(LOST);

    assertThat(failure.outcome()).isEqualTo(Outcome.UNROUTABLE);
    assertThat(failure.details().attempts()).isEqualTo(2);
    assertThat(failure)
        .hasMessageContaining("the nearest binding is 'game.*' of queue 'game.queue'");
  }

  @Test
  void anEventThatFindsItsQueueAtASecondAttemptShouldBeConfirmed() {
    connect(settings -> settings.publishRetries(3, ofMillis(10)));
    broker.faults().onPublish().returnUnroutable();

    assertThat(artel.publisher().publish(step("a")).attempts()).isEqualTo(2);
    assertThat(stored()).containsExactly("a");
  }

  @Test
  void aRefusalAfterAnAttemptOfUnknownEndShouldNotClaimThatItIsNowhere() {
    connect(settings -> settings.publishRetries(0, ofMillis(10)));
    broker.faults().onSending("basic.ack").cut();
    broker.faults().onPublish().skip(1).nack();

    PublishException failure = failure(STEP);

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.details().attempts()).isEqualTo(2);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void aLostConfirmationShouldRenewTheConnectionAndSendAgain() {
    connect(settings -> settings.confirmTimeout(ofMillis(300)));
    broker.faults().onPublish().loseConfirm();

    PublishReceipt receipt = artel.publisher().publish(step("a"));

    assertThat(receipt.attempts()).isEqualTo(2);
    assertThat(stored()).containsExactly("a", "a");
    await()
        .until(
            () ->
                List.copyOf(publishStates)
                    .equals(List.of(State.CONNECTED, State.CONNECTING, State.CONNECTED)));
    assertThat(status("publish").reconnects()).isEqualTo(1);
    assertThat(status("publish").lastError()).contains("no confirmation within PT0.3S");
    assertThat(status("consume").reconnects()).isZero();
    assertThat(artel.isHealthy()).isTrue();
  }

  @Test
  void strictOrderShouldKeepOneEventOfAKeyInFlight() {
    connect(ArtelSettings.Builder::strictOrder);
    broker.faults().onPublish().delayConfirm(ofHours(1));

    CompletableFuture<PublishReceipt> first = publishAsync("a1", ANN);
    CompletableFuture<PublishReceipt> second = publishAsync("a2", ANN);
    CompletableFuture<PublishReceipt> other = publishAsync("b1", BOB);

    other.orTimeout(20, SECONDS).join();
    assertThat(stored()).containsExactly("a1", "b1");
    broker.clock().advance(ofHours(1));
    first.orTimeout(20, SECONDS).join();
    second.orTimeout(20, SECONDS).join();
    assertThat(stored()).containsExactly("a1", "b1", "a2");
  }

  @Test
  void severalConnectionsShouldKeepTheOrderOfEachKey() {
    connect(settings -> settings.publisherConnections(3));
    assertThat(broker.connections().stream().map(BrokerConnection::name))
        .contains("tester publish", "tester publish 2", "tester publish 3");

    List<CompletableFuture<PublishReceipt>> all = new ArrayList<>();
    for (int number = 0; number < 50; number++) {
      for (int key = 0; key < 10; key++) {
        all.add(publishAsync(key + ":" + number, new UUID(7, key)));
      }
    }
    all.forEach(each -> each.orTimeout(20, SECONDS).join());

    List<String> stored = stored();
    for (int key = 0; key < 10; key++) {
      String prefix = key + ":";
      assertThat(stored.stream().filter(name -> name.startsWith(prefix)))
          .hasSize(50)
          .isSortedAccordingTo(
              (left, right) ->
                  Integer.compare(
                      Integer.parseInt(left.substring(2)), Integer.parseInt(right.substring(2))));
    }
  }

  @Test
  void aSocketThatTakesNothingShouldHoldUpNobodyForLongerThanItMay() {
    connect(settings -> settings.confirmTimeout(ofMillis(400)).publishTimeout(ofSeconds(20)));
    broker.faults().stallConnections();
    // More than the socket and the broker hold: whoever writes it is stuck.
    String large = "x".repeat(900_000);
    List<CompletableFuture<PublishReceipt>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(CompletableFuture.supplyAsync(() -> artel.publisher().publish(step(large))));
    }
    all.forEach(each -> each.orTimeout(40, SECONDS).join());

    assertThat(status("publish").reconnects()).isPositive();
    assertThat(stored()).hasSizeGreaterThanOrEqualTo(30);
  }

  @Test
  void anAlarmShouldBeAStateAndPublishesWait() {
    connect(settings -> settings);
    broker.faults().blockPublishers("low on memory");
    CompletableFuture<PublishReceipt> first = publishAsync("a", ANN);
    await().until(() -> status("publish").state() == State.BLOCKED);
    CompletableFuture<PublishReceipt> second = publishAsync("b", ANN);
    assertThat(artel.isHealthy()).isFalse();
    assertThat(first).isNotDone();

    broker.faults().unblockPublishers();

    first.orTimeout(20, SECONDS).join();
    second.orTimeout(20, SECONDS).join();
    assertThat(stored()).containsExactly("a", "b");
    await().until(() -> status("publish").state() == State.CONNECTED);
    assertThat(List.copyOf(publishStates))
        .containsExactly(State.CONNECTED, State.BLOCKED, State.CONNECTED);
  }

  @Test
  void closingShouldReportWhatBecameOfEventsUnderWay() {
    connect(settings -> settings);
    broker.faults().blockPublishers("low on memory");
    CompletableFuture<PublishReceipt> sent = publishAsync("sent", ANN);
    await().until(() -> status("publish").state() == State.BLOCKED);
    CompletableFuture<PublishReceipt> kept = publishAsync("kept", ANN);

    CloseReport report = artel.close(ofMillis(200));

    assertThat(report).isEqualTo(new CloseReport(0, 0, 1, 1));
    assertThat(report.isClean()).isFalse();
    assertThat(sent).failsWithin(ofSeconds(20)).withThrowableThat().havingCause();
    assertThat(outcome(sent)).isEqualTo(Outcome.UNKNOWN);
    assertThat(outcome(kept)).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure(STEP).outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  void closingShouldWaitForConfirmations() {
    connect(settings -> settings);
    for (int i = 0; i < 200; i++) {
      var unused = publishAsync("a" + i, ANN);
    }

    CloseReport report = artel.close(ofSeconds(20));

    assertThat(report.isClean()).isTrue();
    assertThat(stored()).hasSize(200);
  }

  @Test
  void aChannelThatOnlyRefusesShouldBeReplaced() {
    connect(settings -> settings.publishRetries(0, ofMillis(10)));
    broker.faults().onPublish().times(100).nack();
    List<CompletableFuture<PublishReceipt>> refused = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      refused.add(publishAsync("no", ANN));
    }

    assertThat(refused).allSatisfy(each -> assertThat(outcome(each)).isEqualTo(Outcome.REJECTED));
    assertThat(artel.publisher().publish(step("yes")).attempts()).isEqualTo(1);
    assertThat(status("publish").reconnects()).isZero();
  }

  @Test
  void aChannelThatIsToBeReplacedShouldKeepNobodyBusy() {
    connect(settings -> settings.publishRetries(0, ofMillis(10)));
    broker
        .faults()
        .onPublish()
        .matching(message -> is(message.text(), "slow"))
        .delayConfirm(ofHours(1));
    broker.faults().onPublish().matching(message -> is(message.text(), "no")).times(100).nack();
    CompletableFuture<PublishReceipt> slow = publishAsync("slow", BOB);
    for (int i = 0; i < 100; i++) {
      assertThat(outcome(publishAsync("no", ANN))).isEqualTo(Outcome.REJECTED);
    }

    // Returns, although nothing can be sent before the channel is replaced.
    CompletableFuture<PublishReceipt> yes = publishAsync("yes", ANN);
    assertThat(stored()).containsExactly("slow");
    broker.clock().advance(ofHours(1));

    assertThat(slow.orTimeout(20, SECONDS).join().attempts()).isEqualTo(1);
    assertThat(yes.orTimeout(20, SECONDS).join().attempts()).isEqualTo(1);
    assertThat(stored()).containsExactly("slow", "yes");
  }

  private void connect(UnaryOperator<ArtelSettings.Builder> options) {
    artel =
        ArtelEvents.connect(
            options
                .apply(
                    ArtelSettings.builder()
                        .name("tester")
                        .uri(broker.amqpUri())
                        .topology(topology)
                        .reconnectBackoff(ofMillis(10), ofMillis(100))
                        .connectionListener(
                            status -> {
                              if (status.name().equals("tester publish")) {
                                publishStates.add(status.state());
                              }
                            }))
                .build());
  }

  private ConnectionStatus status(String purpose) {
    return artel.connections().stream()
        .filter(status -> status.name().equals("tester " + purpose))
        .findFirst()
        .orElseThrow();
  }

  /** In quotes: an id may hold any few letters. */
  private static boolean is(String body, String name) {
    return body.contains("\"" + name + "\"");
  }

  private static Event.Builder<Step> step(String name) {
    return STEP.event(new Step(name)).session(ANN);
  }

  private CompletableFuture<PublishReceipt> publishAsync(String name, UUID session) {
    EventPublisher publisher = artel.publisher();
    CompletionStage<PublishReceipt> stage =
        publisher.publishAsync(STEP.event(new Step(name)).session(session));
    return stage.toCompletableFuture();
  }

  private PublishException failure(EventType<Step> type) {
    return catchThrowableOfType(
        PublishException.class,
        () -> artel.publisher().publish(type.event(new Step("a")).session(ANN)));
  }

  private static Outcome outcome(CompletableFuture<PublishReceipt> failed) {
    return failed
        .handle((receipt, failure) -> ((PublishException) failure).outcome())
        .orTimeout(20, SECONDS)
        .join();
  }

  /** What lies in the queue, oldest first. */
  private List<String> stored() {
    return broker.queue("game.queue").messages().stream()
        .map(BrokerMessage::text)
        .map(text -> text.replaceAll("(?s).*\"name\":\"([^\"]*)\".*", "$1"))
        .toList();
  }
}
