package com.example.billiards;

import static com.example.billiards.BilliardsEvents.SCORE_UPDATED;
import static io.artel.events.FailurePolicy.retry;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.artel.events.amqp.ArtelEvents;
import java.sql.SQLException;

/** Writes every new score into a store, which may be away for a while. */
public final class StatsService {

  /** Where scores are kept. */
  @FunctionalInterface
  public interface Store {
    void save(BilliardsEvents.ScoreUpdated score) throws SQLException;
  }

  private final Store store;

  public StatsService(Store store) {
    this.store = store;
  }

  public void subscribe(ArtelEvents artel) {
    artel
        .subscribe("stats.service.queue")
        .on(SCORE_UPDATED, (event, context) -> store.save(event.data()))
        .onFailure(
            retry(SQLException.class).upTo(3).backoff(ofSeconds(5), ofMinutes(1)).thenDeadLetter())
        .start();
  }
}
