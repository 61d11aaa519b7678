package io.artel.events.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who knows the Java client well would write: one channel, asynchronous confirms with
 * at most 1,000 outstanding, mandatory, Jackson. It does not reconnect and sends nothing again.
 */
final class HandTunedPublishing {
  private static final int UNCONFIRMED = 1000;
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  /** The wire format, as a record. */
  private record Envelope(
      UUID eventId,
      String eventType,
      String timestamp,
      String sourceService,
      @Nullable UUID correlationId,
      int priority,
      int retries,
      int maxRetries,
      UUID userId,
      UUID sessionId,
      UUID gameId,
      BenchmarkEvents.BallPotted data) {}

  private final ObjectWriter json =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .writerFor(Envelope.class);
  private final ConnectionFactory factory;

  HandTunedPublishing(ConnectionFactory factory) {
    this.factory = factory;
  }

  /** Publishes so many events, and returns when all are confirmed: how long that took, in s. */
  double publish(int events) throws Exception {
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      ConfirmWindow window = new ConfirmWindow(UNCONFIRMED);
      AtomicBoolean returned = new AtomicBoolean();
      channel.addConfirmListener(window);
      channel.addReturnListener(any -> returned.set(true));
      channel.confirmSelect();
      long start = System.nanoTime();
      for (int number = 0; number < events; number++) {
        window.awaitRoom();
        publish(channel, number);
      }
      window.awaitAll(events);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (returned.get()) {
        throw new IllegalStateException("a message was returned");
      }
      return seconds;
    }
  }

  private void publish(Channel channel, int number) throws Exception {
    UUID id = UUID.randomUUID();
    UUID session = BenchmarkEvents.session(number);
    long now = System.currentTimeMillis();
    Envelope envelope =
        new Envelope(
            id,
            BenchmarkEvents.TYPE,
            TIMES.format(LocalDateTime.now(ZoneOffset.UTC)),
            BenchmarkEvents.SERVICE,
            null,
            8,
            0,
            3,
            session,
            session,
            session,
            BenchmarkEvents.payload(number));
    Map<String, Object> headers = new HashMap<>();
    headers.put("event_type", BenchmarkEvents.TYPE);
    headers.put("source_service", BenchmarkEvents.SERVICE);
    headers.put("session_id", session.toString());
    headers.put("retry_count", 0);
    headers.put("published_at", now);
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .messageId(id.toString())
            .timestamp(Date.from(Instant.ofEpochMilli(now)))
            .type(BenchmarkEvents.TYPE)
            .appId(BenchmarkEvents.SERVICE)
            .headers(headers)
            .build();
    channel.basicPublish(
        BenchmarkEvents.EXCHANGE,
        BenchmarkEvents.TYPE,
        true,
        properties,
        json.writeValueAsBytes(envelope));
  }
}
