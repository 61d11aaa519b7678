package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.Outcome;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;
import io.artel.events.examples.contract.BilliardsTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DriverTest {

  private final Flows flows = new Flows();
  private final List<Event<?>> published = new ArrayList<>();

  @Test
  void everyMoveShouldBePublishedInOrder() {
    SettableClock clock = new SettableClock();
    GeneratedMoves moves =
        new GeneratedMoves(3, 1, clock, clock.instant().plusSeconds(1), new PlayerNames());
    List<Move> expected = new ArrayList<>();

    driver(100_000, false).play(noting(moves, expected));

    assertThat(published)
        .hasSizeGreaterThan(50)
        .isEqualTo(expected.stream().map(Move::event).toList());
    assertThat(flows.recorder.inFlight()).isZero();
  }

  @Test
  void theRateShouldNotBeExceeded() {
    SettableClock clock = new SettableClock();
    GeneratedMoves moves =
        new GeneratedMoves(1, 1, clock, clock.instant().plusMillis(200), new PlayerNames());

    long start = System.nanoTime();
    driver(500, false).play(moves);
    double seconds = (System.nanoTime() - start) / 1e9;

    // The first one is due at once, and the last one may bring children that come after it.
    assertThat(flows.recorder.confirmedCount()).isGreaterThan(40);
    assertThat((published.size() - 1) / seconds).isLessThanOrEqualTo(500);
  }

  @Test
  void aSessionWhoseEventFailsShouldGoNoFurther() {
    SettableClock clock = new SettableClock();
    GeneratedMoves moves =
        new GeneratedMoves(2, 1, clock, clock.instant().plusSeconds(1), new PlayerNames());

    driver(100_000, true).play(moves);

    assertThat(published).hasSize(2);
    assertThat(flows.recorder.failedCount()).isEqualTo(2);
    assertThat(flows.recorder.failure()).endsWith("the broker is away");
    assertThat(flows.inconsistent()).isZero();
  }

  @Test
  void aFailureThatNoObserverIsToldOfShouldNotBeWaitedForForEver() {
    SettableClock clock = new SettableClock();
    GeneratedMoves moves =
        new GeneratedMoves(1, 1, clock, clock.instant().plusSeconds(1), new PlayerNames());
    EventPublisher broken =
        new AsynchronousPublisher() {
          @Override
          public CompletionStage<PublishReceipt> publishAsync(Event<?> event) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no such bytes"));
          }
        };

    new Driver(broken, flows.recorder, 1000).play(moves);

    assertThat(flows.recorder.inFlight()).isZero();
    assertThat(moves.sessions()).isZero();
  }

  private static Moves noting(Moves moves, List<Move> seen) {
    return new Moves() {
      @Override
      public @Nullable Move next() {
        Move move = moves.next();
        if (move != null) {
          seen.add(move);
        }
        return move;
      }

      @Override
      public void stop(UUID session) {
        moves.stop(session);
      }

      @Override
      public int sessions() {
        return moves.sessions();
      }
    };
  }

  private Driver driver(double rate, boolean failing) {
    EventPublisher publisher =
        new AsynchronousPublisher() {
          @Override
          public CompletionStage<PublishReceipt> publishAsync(Event<?> event) {
            published.add(event);
            if (failing) {
              PublishException failure =
                  new PublishException(
                      PublishException.Outcome.NOT_SENT,
                      PublishException.Details.of(event),
                      "the broker is away",
                      null);
              flows.recorder.failed(event, failure);
              return CompletableFuture.failedFuture(failure);
            }
            PublishReceipt receipt =
                new PublishReceipt(event.id(), true, "broker:5672", 1, Duration.ZERO);
            flows.confirmed(event);
            flows.settled(BilliardsTopology.GAME_QUEUE, event, Outcome.HANDLED);
            return CompletableFuture.completedFuture(receipt);
          }
        };
    return new Driver(publisher, flows.recorder, rate);
  }

  /** The driver publishes one event at a time, and waits for none. */
  private abstract static class AsynchronousPublisher implements EventPublisher {
    @Override
    public String name() {
      return "players";
    }

    @Override
    public PublishReceipt publish(Event<?> event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<PublishReceipt> publishAll(List<? extends Event<?>> events) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<PublishReceipt>> publishAllAsync(List<? extends Event<?>> events) {
      throw new UnsupportedOperationException();
    }
  }
}
