package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.ConnectionException;
import io.artel.events.Event;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On embedded brokers also what goes wrong in one of them. */
class SeveralBrokersTest extends SeveralBrokers {

  private final List<EmbeddedBroker> brokers =
      List.of(EmbeddedBroker.start(), EmbeddedBroker.start());

  @Override
  Broker member(int number) {
    return brokers.get(number);
  }

  @Override
  void kill() {
    brokers.get(1).kill();
  }

  @Override
  void startAgain() {
    brokers.get(1).startAgain();
  }

  @Override
  void endBrokers() {
    brokers.forEach(EmbeddedBroker::close);
  }

  @Test
  void aRefusalElsewhereAfterAnAttemptOfUnknownEndShouldBeUnknown() {
    ArtelEvents artel = connect(settings -> settings.publishRetries(0, ofMillis(10)));
    UUID session = sessionOf(artel, 1);
    int there = brokers.get(1).queue("game.queue").ready();
    brokers.get(1).faults().refuseConnections();
    brokers.get(1).faults().onSending("basic.ack").cut();
    brokers.get(0).faults().onPublish().nack();

    PublishException failure = failure(async(artel, step(session)));

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.details().attempts()).isEqualTo(2);
    assertThat(failure.details().broker()).isEqualTo(name(0));
    assertThat(brokers.get(1).queue("game.queue").ready()).isEqualTo(there + 1);
  }

  @Test
  void aRefusalElsewhereBeforeAnyOtherAttemptShouldBeARefusal() {
    ArtelEvents artel = connect(settings -> settings.publishRetries(0, ofMillis(10)));
    UUID session = sessionOf(artel, 1);
    kill();
    await().until(() -> !artel.isHealthy());
    brokers.get(0).faults().onPublish().nack();

    PublishException failure = failure(async(artel, step(session)));

    assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(failure.details().attempts()).isEqualTo(1);
    assertThat(failure.details().broker()).isEqualTo(name(0));
  }

  @Test
  void anEventThatWasStoredBeforeItsMemberDiedShouldBeSentAgainWithTheSameId() {
    ArtelEvents artel = connect(settings -> settings);
    UUID session = sessionOf(artel, 1);
    brokers.get(1).faults().refuseConnections();
    brokers.get(1).faults().onSending("basic.ack").cut();
    Event<Step> event = step(session);

    PublishReceipt receipt = async(artel, event).orTimeout(20, SECONDS).join();

    assertThat(receipt.attempts()).isEqualTo(2);
    assertThat(receipt.broker()).isEqualTo(name(0));
    assertThat(ids(0)).contains(event.id().toString());
    assertThat(ids(1)).contains(event.id().toString());
  }

  @Test
  void aMemberThatIsBlockedForLongShouldBePassedOverUntilItIsNot() {
    ArtelEvents artel = connect(settings -> settings);
    UUID session = sessionOf(artel, 1);
    brokers.get(1).faults().blockPublishers("low on memory");

    for (int i = 0; i < 3; i++) {
      PublishReceipt receipt = async(artel, step(session)).orTimeout(20, SECONDS).join();
      assertThat(receipt.broker()).isEqualTo(name(0));
    }
    for (int i = 0; i < 4; i++) {
      assertThat(publish(artel, null).broker()).isEqualTo(name(0));
    }
    brokers.get(1).faults().unblockPublishers();

    await().until(() -> publish(artel, session).broker().equals(name(1)));
  }

  @Test
  void aMemberThatIsSilentShouldBePassedOver() {
    ArtelEvents artel =
        connect(settings -> settings.confirmTimeout(ofMillis(500)).publishTimeout(ofSeconds(20)));
    UUID session = sessionOf(artel, 1);
    brokers.get(1).faults().onPublish().times(1000).swallow();

    PublishReceipt receipt = async(artel, step(session)).orTimeout(20, SECONDS).join();

    assertThat(receipt.broker()).isEqualTo(name(0));
    // The silent one may get it once more, on its new connection, before it is given up.
    assertThat(receipt.attempts()).isBetween(2, 3);
  }

  @Test
  void aRefusalAfterTheSilenceOfAnotherMemberShouldBeUnknown() {
    ArtelEvents artel =
        connect(
            settings ->
                settings
                    .confirmTimeout(ofMillis(500))
                    .publishTimeout(ofSeconds(20))
                    .publishRetries(0, ofMillis(10)));
    UUID session = sessionOf(artel, 1);
    brokers.get(1).faults().onPublish().times(1000).swallow();
    brokers.get(0).faults().onPublish().nack();

    PublishException failure = failure(async(artel, step(session)));

    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.details().broker()).isEqualTo(name(0));
  }

  @Test
  void aShortLossOfTheConnectionShouldMoveNoSession() {
    ArtelEvents artel =
        connect(settings -> settings.brokers(group(0, 1).failOverAfter(ofSeconds(20))));
    UUID session = sessionOf(artel, 1);
    kill();
    await().until(() -> !artel.isHealthy());

    CompletableFuture<PublishReceipt> waiting = async(artel, step(session));
    startAgain();

    assertThat(waiting.orTimeout(20, SECONDS).join().broker()).isEqualTo(name(1));
  }

  @Test
  void eventsThatWaitShouldKeepTheirOrderWhenTheyGoElsewhere() {
    ArtelEvents artel =
        connect(settings -> settings.brokers(group(0, 1).failOverAfter(ofSeconds(3))));
    UUID session = sessionOf(artel, 1);
    List<String> before = List.copyOf(names());
    kill();
    await().until(() -> !artel.isHealthy());
    List<CompletableFuture<PublishReceipt>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(async(artel, STEP.event(new Step("s" + i)).session(session).build("tester")));
    }
    all.forEach(each -> assertThat(each.orTimeout(20, SECONDS).join().broker()).isEqualTo(name(0)));

    List<String> moved = names().subList(before.size(), before.size() + 100);
    assertThat(moved).isEqualTo(IntStream.range(0, 100).mapToObj(i -> "s" + i).toList());
  }

  @Test
  void aGroupWithoutAnyMemberShouldNotConnect() {
    brokers.forEach(EmbeddedBroker::kill);

    assertThatThrownBy(() -> connect(settings -> settings))
        .isInstanceOfSatisfying(
            ConnectionException.class, failure -> assertThat(failure.retryable()).isTrue())
        .hasMessageContaining("no member of the group is there")
        .hasMessageContaining(name(0))
        .hasMessageContaining(name(1));
  }

  @Test
  void aMemberThatRefusesShouldFailTheConnect() {
    brokers.get(1).faults().refuseLogins();

    assertThatThrownBy(() -> connect(settings -> settings))
        .isInstanceOfSatisfying(
            ConnectionException.class, failure -> assertThat(failure.retryable()).isFalse())
        .hasMessageContaining(name(1));
  }

  @Test
  void aMemberWithAnotherTopologyShouldBeNamed() {
    ArtelEvents.declare(
        ArtelSettings.builder()
            .uri(brokers.get(1).amqpUri())
            .topology(
                Topology.on("game.events")
                    .queue("game.queue", q -> q.bind("game.*").maxPriority(3)))
            .build());

    assertThatThrownBy(() -> connect(settings -> settings))
        .isInstanceOf(TopologyException.class)
        .hasMessageStartingWith(name(1) + ": ");
  }

  @Test
  void planAndDeclareShouldDoWithEveryMember() {
    ArtelSettings settings =
        ArtelSettings.builder().brokers(group(0, 1)).topology(TOPOLOGY).build();
    assertThat(ArtelEvents.plan(settings).findings())
        .anySatisfy(finding -> assertThat(finding.subject()).contains("'game.queue' on " + name(0)))
        .anySatisfy(
            finding -> assertThat(finding.subject()).contains("'game.queue' on " + name(1)));

    ArtelEvents.declare(settings);

    assertThat(ArtelEvents.plan(settings).nothingToDo()).isTrue();
    assertThat(brokers)
        .allSatisfy(broker -> assertThat(broker.queue("game.queue").exists()).isTrue());
  }

  private List<String> names() {
    return brokers.get(0).queue("game.queue").messages().stream()
        .map(message -> message.text().replaceAll("(?s).*\"name\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static PublishException failure(CompletableFuture<PublishReceipt> outcome) {
    return outcome
        .handle((receipt, failure) -> (PublishException) failure)
        .orTimeout(20, SECONDS)
        .join();
  }
}
