package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.DeadLetterFilter;
import io.artel.events.QueueSpec;
import io.artel.events.RedriveOptions;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyPlan.Kind;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.Subscription;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What instances do with a generation of partitions, by what the flags on the broker say. */
abstract class WaitingPartitions extends OrderedRoom {

  static final Topology SECOND =
      Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(3).formerly(2));

  private static final QueueSpec OLD = TOPOLOGY.find(QUEUE).orElseThrow();
  private static final QueueSpec NEW = SECOND.find(QUEUE).orElseThrow();

  final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

  private ArtelSettings.Builder second() {
    return settings().topology(SECOND);
  }

  private Subscription subscribe(ArtelEvents artel) {
    return artel
        .subscribe(QUEUE)
        .on(STEP, (event, context) -> handled.add(event.data().number()))
        .start();
  }

  private void set(String flag) throws IOException {
    raw.channel().exchangeDeclare(flag, "fanout", true);
  }

  private boolean isThere(String exchange) {
    try (Raw look = new Raw(uri())) {
      look.channel().exchangeDeclarePassive(exchange);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void newGenerationShouldWaitForTheCommandAndThenReadByItself() throws Exception {
    ArtelEvents artel = connect(second());
    Subscription subscription = subscribe(artel);

    assertThat(subscription.expectedConsumers()).isEqualTo(3);
    assertThat(subscription.aliveConsumers()).isZero();
    assertThat(artel.isHealthy()).isFalse();
    assertThat(subscription.problem())
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains("generation 2 (3 partitions)")
                    .contains("generation 1 (2 partitions)")
                    .contains("artel partitions change"));
    assertThat(isThere(TopologyLayout.hashExchange(NEW))).isFalse();

    set(TopologyLayout.movedFlag(NEW));
    set(TopologyLayout.fedFlag(NEW));
    connect(second()); // declares what it may
    assertThat(isThere(TopologyLayout.hashExchange(NEW))).isTrue();
    assertThat(isThere(TopologyLayout.readFlag(NEW))).isFalse();
    await()
        .untilAsserted(
            () ->
                assertThat(subscription.problem())
                    .hasValueSatisfying(
                        problem -> assertThat(problem).contains("handled").contains("before")));
    assertThat(subscription.aliveConsumers()).isZero();

    set(TopologyLayout.readFlag(NEW));
    await().until(() -> subscription.aliveConsumers() == 3);
    assertThat(subscription.problem()).isEmpty();
    assertThat(artel.isHealthy()).isTrue();
  }

  @Test
  void oldGenerationShouldNeitherBindNorReadOnceItIsNotAllowedTo() throws Exception {
    set(TopologyLayout.readFlag(OLD));
    set(TopologyLayout.movedFlag(OLD));
    raw.channel().exchangeUnbind(TopologyLayout.hashExchange(OLD), "steps.events", "steps.*");
    ArtelEvents artel = connect();
    Subscription reading = subscribe(artel);

    assertThat(reading.aliveConsumers()).isEqualTo(2);
    raw.channel().confirmSelect();
    raw.publish("steps.events", "steps.taken", null, new byte[] {1});
    for (String partition : OLD.sources()) {
      assertThat(raw.ready(partition)).isZero();
    }

    raw.channel().exchangeDelete(TopologyLayout.readFlag(OLD));
    Subscription late = subscribe(connect());
    assertThat(late.aliveConsumers()).isZero();
    assertThat(late.problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("events go to another generation"));
    assertThat(reading.aliveConsumers()).isEqualTo(2);
    for (String partition : OLD.sources()) {
      raw.channel().queueDelete(partition);
    }
    await().until(() -> reading.aliveConsumers() == 0 && reading.problem().isPresent());
  }

  @Test
  void laterGenerationShouldBeginOnABrokerWithoutFormerOnes() throws Exception {
    Topology fresh =
        Topology.on("fresh.events")
            .queue("fresh.queue", q -> q.bind("steps.*").partitions(3).formerly(2));
    ArtelEvents artel = connect(settings().topology(fresh));
    Subscription subscription =
        artel
            .subscribe("fresh.queue")
            .on(STEP, (event, context) -> handled.add(event.data().number()))
            .start();
    artel.publisher().publish(step(1, UUID.randomUUID()));

    await().untilAsserted(() -> assertThat(handled).containsExactly(1));
    assertThat(subscription.aliveConsumers()).isEqualTo(3);

    Topology older =
        Topology.on("fresh.events").queue("fresh.queue", q -> q.bind("steps.*").partitions(2));
    connect(settings().topology(older));
    assertThat(isThere(TopologyLayout.hashExchange(older.queues().get(0)))).isFalse();
  }

  @Test
  void planShouldSayThatAGenerationWaitsAndMissNothingElse() {
    assertThat(ArtelEvents.plan(second().build()).findings(Kind.MISSING)).isEmpty();
    assertThat(ArtelEvents.plan(second().build()).findings(Kind.DIFFERENT))
        .singleElement()
        .satisfies(finding -> assertThat(finding.detail()).contains("artel partitions change"));
  }

  @Test
  void redriveShouldRefuseAGenerationThatIsNotRead() {
    assertThatThrownBy(
            () ->
                ArtelEvents.deadLetters(second().build(), QUEUE)
                    .redrive(DeadLetterFilter.all(), RedriveOptions.defaults()))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("generation 2");
  }

  @Test
  void changeShouldRefuseWhatItCannotDo() {
    assertThatThrownBy(() -> ArtelEvents.partitionChange(settings().build(), QUEUE))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("formerly(old number)");
    assertThatThrownBy(() -> ArtelEvents.partitionChange(second().build(), "other.queue"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("'other.queue'")
        .hasMessageContaining(List.of(QUEUE).toString());
    assertThatThrownBy(() -> ArtelEvents.partitionChange(second().build(), QUEUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("managementUri");
  }
}
