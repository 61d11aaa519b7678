package io.artel.events.benchmarks;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.Event;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import java.util.Map;
import java.util.UUID;

/** The event that all contestants publish, and where it goes. */
final class BenchmarkEvents {

  /** The payload. */
  record BallPotted(
      UUID playerId,
      String ballColor,
      int ballPoints,
      int totalScore,
      int turnPosition,
      String gameType) {}

  static final String EXCHANGE = "benchmark.events";
  static final String QUEUE = "benchmark.queue";
  static final String TYPE = "game.ball_potted";
  static final String SERVICE = "game_service";

  private static final EventType<BallPotted> BALL_POTTED =
      EventType.of(TYPE, BallPotted.class).priority(EventPriority.HIGH).source(SERVICE);

  private static final int SESSIONS = 1000;
  private static final UUID[] SESSION_IDS = new UUID[SESSIONS];

  static {
    for (int i = 0; i < SESSIONS; i++) {
      SESSION_IDS[i] = UUID.randomUUID();
    }
  }

  private BenchmarkEvents() {}

  static UUID session(int number) {
    return SESSION_IDS[number % SESSIONS];
  }

  static BallPotted payload(int number) {
    return new BallPotted(session(number), "red", 4, number, 1, "kolkhoz");
  }

  static Event.Builder<BallPotted> event(int number) {
    UUID session = session(number);
    return BALL_POTTED.event(payload(number)).session(session).game(session).user(session);
  }

  /** Declares everything anew, so that the queue is empty. */
  static void declare(ConnectionFactory factory, String queueType) throws Exception {
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      channel.queueDelete(QUEUE);
      channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true);
      channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", queueType));
      channel.queueBind(QUEUE, EXCHANGE, "game.*");
    }
  }

  /** Fails unless so many messages are in the queue. */
  static void requireStored(ConnectionFactory factory, int messages) throws Exception {
    try (Connection connection = factory.newConnection()) {
      long stored = connection.createChannel().messageCount(QUEUE);
      if (stored != messages) {
        throw new IllegalStateException(stored + " of " + messages + " messages are in the queue");
      }
    }
  }
}
