package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.PublishException.Stored;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.BrokerGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The spool takes what none of several brokers answers for; {@link #uri()} is the first one's. */
abstract class SpoolOfAGroup extends SpoolRoom {

  private final List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(12).toList();

  /** A place in the second broker. */
  abstract String secondUri();

  /** Takes the second broker away; {@link #away()} takes the first. */
  abstract void secondAway();

  private ArtelSettings.Builder group() {
    return settings(folder)
        .brokers(BrokerGroup.of(uri(), secondUri()).failOverAfter(ofMillis(200)))
        .publishTimeout(ofSeconds(3));
  }

  private List<CompletableFuture<PublishReceipt>> publishToAll(ArtelEvents on, int from, int to) {
    List<CompletableFuture<PublishReceipt>> outcomes = new ArrayList<>();
    for (int number = from; number < to; number++) {
      for (UUID session : sessions) {
        outcomes.add(publish(on, session, number));
      }
    }
    return outcomes;
  }

  @Test
  void nothingShouldBeSpooledWhileOneOfThemIsThere() throws Exception {
    ArtelEvents connected = connect(group());
    await().atMost(PATIENCE).until(connected::isHealthy);

    secondAway();

    publishToAll(connected, 0, 20).forEach(outcome -> assertThat(stored(outcome)).isNull());
    assertThat(meters.find("rabbitmq.publish.stored").counters()).isEmpty();
  }

  @Test
  void whatNoneTookShouldArriveInOrderAtTheFirstThatReturns() throws Exception {
    ArtelEvents connected = connect(group());
    await().atMost(PATIENCE).until(connected::isHealthy);
    away();
    secondAway();
    await().atMost(PATIENCE).until(() -> !connected.isHealthy());

    List<CompletableFuture<PublishReceipt>> outcomes = publishToAll(connected, 0, 20);
    outcomes.forEach(outcome -> assertThat(stored(outcome)).isEqualTo(Stored.SPOOL));
    back();
    outcomes = publishToAll(connected, 20, 30);
    outcomes.forEach(outcome -> assertThat(stored(outcome)).isIn(null, Stored.SPOOL));
    awaitEmptySpool();

    assertThat(arrived())
        .containsOnlyKeys(sessions)
        .allSatisfy(
            (session, numbers) ->
                assertThat(numbers)
                    .containsExactlyElementsOf(IntStream.range(0, 30).boxed().toList()));
  }
}
