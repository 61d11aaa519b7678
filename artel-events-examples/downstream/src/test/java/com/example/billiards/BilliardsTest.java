package com.example.billiards;

import static com.example.billiards.BilliardsEvents.BALL_POTTED;
import static com.example.billiards.BilliardsEvents.SCORE_UPDATED;
import static io.artel.events.testkit.ArtelAssertions.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.billiards.BilliardsEvents.BallPotted;
import com.example.billiards.BilliardsEvents.ScoreUpdated;
import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.ArtelTest;
import io.artel.events.testkit.BrokerClock;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.FlowTracker;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

@ArtelTest
class BilliardsTest {

  static final Topology TOPOLOGY = BilliardsEvents.TOPOLOGY;

  private static final UUID PLAYER = UUID.fromString("5b1c9d0e-6a51-4c57-9a3f-0c1b9be0a001");
  private static final BallPotted RED = new BallPotted(PLAYER, "red", 4);

  private final Queue<ScoreUpdated> saved = new ConcurrentLinkedQueue<>();

  @Test
  void aPottedBallUpdatesTheScore(ArtelEvents artel, EventPublisher publisher, FlowTracker flow) {
    new GameService().subscribe(artel);
    new StatsService(saved::add).subscribe(artel);

    publisher.publish(BALL_POTTED.event(RED).session(UUID.randomUUID()));

    assertThat(flow).published(BALL_POTTED).then(SCORE_UPDATED).everythingHandled();
    assertThat(saved).containsExactly(new ScoreUpdated(PLAYER, 4));
  }

  @Test
  void aScoreIsSavedFiveSecondsLaterIfTheStoreIsAway(
      ArtelEvents artel, EventPublisher publisher, FlowTracker flow, BrokerClock clock) {
    new StatsService(failing(1)).subscribe(artel);

    publisher.publish(SCORE_UPDATED.event(new ScoreUpdated(PLAYER, 4)));

    assertThat(flow).retried(SCORE_UPDATED, 1);
    clock.advance(ofSeconds(5));
    assertThat(flow).handled(SCORE_UPDATED).isSettled();
    assertThat(saved).containsExactly(new ScoreUpdated(PLAYER, 4));
  }

  @Test
  void aScoreThatCannotBeSavedIsADeadLetter(
      ArtelEvents artel, EventPublisher publisher, FlowTracker flow, EmbeddedBroker broker) {
    new StatsService(failing(4)).subscribe(artel);

    publisher.publish(SCORE_UPDATED.event(new ScoreUpdated(PLAYER, 4)));
    flow.awaitSettled();

    assertThat(flow).retried(SCORE_UPDATED, 3).deadLettered(SCORE_UPDATED);
    assertThat(broker.queue("stats.service.dlq"))
        .events(SCORE_UPDATED)
        .extracting(Event::data)
        .containsExactly(new ScoreUpdated(PLAYER, 4));
  }

  @Test
  void aLostConnectionLosesNoEvent(
      ArtelEvents artel, EventPublisher publisher, FlowTracker flow, EmbeddedBroker broker) {
    new StatsService(saved::add).subscribe(artel);

    broker.faults().cutConnections();
    publisher.publish(SCORE_UPDATED.event(new ScoreUpdated(PLAYER, 4)));

    assertThat(flow).handled(SCORE_UPDATED).isSettled();
    assertThat(saved).contains(new ScoreUpdated(PLAYER, 4));
  }

  @Test
  void eachSessionKeepsItsOrder(ArtelEvents artel, EventPublisher publisher, FlowTracker flow) {
    new GameService().subscribe(artel);
    List<UUID> sessions = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());

    for (int i = 0; i < 30; i++) {
      publisher.publishAsync(BALL_POTTED.event(RED).session(sessions.get(i % 3)));
    }

    assertThat(flow).handled(BALL_POTTED, 30).keptOrderPerSession();
  }

  /** A store that is away for the first so many calls. */
  private StatsService.Store failing(int times) {
    return new StatsService.Store() {
      private int calls;

      @Override
      public synchronized void save(ScoreUpdated score) throws SQLException {
        if (++calls <= times) {
          throw new SQLException("the store is away");
        }
        saved.add(score);
      }
    };
  }
}
