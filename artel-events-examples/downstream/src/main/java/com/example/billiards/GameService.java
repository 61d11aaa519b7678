package com.example.billiards;

import static com.example.billiards.BilliardsEvents.BALL_POTTED;
import static com.example.billiards.BilliardsEvents.SCORE_UPDATED;

import com.example.billiards.BilliardsEvents.BallPotted;
import com.example.billiards.BilliardsEvents.ScoreUpdated;
import io.artel.events.Event;
import io.artel.events.HandlerContext;
import io.artel.events.amqp.ArtelEvents;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the score of each player, and tells who has more points. */
public final class GameService {
  private final Map<UUID, Integer> points = new ConcurrentHashMap<>();

  public void subscribe(ArtelEvents artel) {
    artel.subscribe("game.service.queue").on(BALL_POTTED, this::potted).start();
  }

  void potted(Event<BallPotted> event, HandlerContext context) {
    BallPotted ball = event.data();
    int sum = points.merge(ball.playerId(), ball.ballPoints(), Integer::sum);
    context.publish(SCORE_UPDATED, new ScoreUpdated(ball.playerId(), sum));
  }
}
