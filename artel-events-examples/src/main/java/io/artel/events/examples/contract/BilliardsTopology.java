package io.artel.events.examples.contract;

import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The platform's queues. */
public final class BilliardsTopology {

  /** Game events; ordered by session. */
  public static final String GAME_QUEUE = "game.service.queue";

  /** What the statistics are made of. */
  public static final String STATS_QUEUE = "stats.service.queue";

  /** What users are told. */
  public static final String NOTIFICATIONS_QUEUE = "notifications.service.queue";

  /** Friendships. */
  public static final String FRIENDS_QUEUE = "friends.service.queue";

  /** What is to be undone. */
  public static final String COMPENSATION_QUEUE = "compensation.queue";

  /** Everything, for the audit. */
  public static final String AUDIT_QUEUE = "audit.log.queue";

  /** What the names of the gateways' own queues begin with. */
  public static final String BROADCAST = "websocket.broadcast";

  /** The routing keys of a gateway's own queue. */
  public static final String BROADCAST_BINDING = "websocket.*";

  private BilliardsTopology() {}

  /** The platform as it runs: sessions spread over 8 partitions, each session in order. */
  public static Topology ordered() {
    return with(queue -> queue.partitions(8));
  }

  /**
   * The platform with one priority queue for game events instead: urgent events overtake others, of
   * the same session too, so that the game service refuses some that came too early.
   */
  public static Topology prioritized() {
    return with(queue -> queue.maxPriority(10));
  }

  private static Topology with(UnaryOperator<QueueSpec> gameQueue) {
    return Topology.on(Topology.DEFAULT_EXCHANGE)
        .queue(
            GAME_QUEUE,
            queue -> gameQueue.apply(queue.bind("game.*", "session.*", "template.used")))
        .queue(
            STATS_QUEUE,
            queue ->
                queue
                    .bind("game.ended", "session.completed", "stats.*", "auth.user_registered")
                    .messageTtl(Duration.ofMinutes(5)))
        .queue(
            NOTIFICATIONS_QUEUE,
            queue ->
                queue
                    .bind("notifications.*", "friends.*", "game.started", "stats.user_rank_updated")
                    .maxLength(10_000))
        .queue(FRIENDS_QUEUE, queue -> queue.bind("friends.*"))
        .queue(COMPENSATION_QUEUE, queue -> queue.bind("compensation.required"))
        .queue(AUDIT_QUEUE, queue -> queue.bind("#").maxLength(100_000).observer());
  }
}
