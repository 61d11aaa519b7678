package com.example.billiards;

import static io.artel.events.EventPriority.HIGH;

import io.artel.events.EventType;
import io.artel.events.Topology;
import java.util.UUID;

/** The events of two small services, and where they go. */
public final class BilliardsEvents {

  /** A ball has fallen. */
  public record BallPotted(UUID playerId, String ballColor, int ballPoints) {}

  /** A player has more points. */
  public record ScoreUpdated(UUID playerId, int points) {}

  public static final EventType<BallPotted> BALL_POTTED =
      EventType.of("game.ball_potted", BallPotted.class).priority(HIGH);

  public static final EventType<ScoreUpdated> SCORE_UPDATED =
      EventType.of("score.updated", ScoreUpdated.class);

  /** The game sees each session in order; the statistics need no order. */
  public static final Topology TOPOLOGY =
      Topology.on("artel.events")
          .queue("game.service.queue", q -> q.bind("game.*").partitions(4))
          .queue("stats.service.queue", q -> q.bind("score.*"));

  private BilliardsEvents() {}
}
