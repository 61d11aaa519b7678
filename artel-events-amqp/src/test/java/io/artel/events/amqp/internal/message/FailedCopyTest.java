package io.artel.events.amqp.internal.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.impl.LongStringHelper;
import io.artel.events.amqp.internal.message.FailedCopy.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FailedCopyTest {

  private static final Date SENT = Date.from(Instant.ofEpochSecond(1));
  private static final byte[] BODY = {0, (byte) 0xff, 'x'};
  private static final Envelope FIRST = new Envelope(7, false, "artel.events", "game.started");
  private static final Failure FAILURE =
      new Failure("transient", new IOException("disk"), "the disk is full");

  /** What RabbitMQ's frames can hold; a message with more in its properties cannot be sent. */
  private static final int FRAME = 128 * 1024;

  @Test
  void retryShouldBeACleanCopyOfTheOriginalBytes() {
    BasicProperties original =
        new BasicProperties.Builder()
            .contentType("application/json")
            .contentEncoding("utf-8")
            .deliveryMode(1)
            .priority(9)
            .correlationId("correlation")
            .replyTo("reply")
            .expiration("100")
            .messageId("message")
            .timestamp(SENT)
            .type("game.started")
            .userId("guest")
            .appId("game_service")
            .clusterId("cluster")
            .headers(
                Map.of(
                    "session_id", text("s"),
                    "their own", 5,
                    "x-death", List.of(Map.of("count", 1L)),
                    "x-delivery-count", 3L,
                    "X-First-Death-Queue", text("q"),
                    "CC", List.of(text("other")),
                    "BCC", List.of(text("other")),
                    "Cc", text("other")))
            .build();

    OutgoingMessage copy =
        FailedCopy.forRetry("retry.game.5000ms", "game.queue", FIRST, original, BODY, 1, FAILURE);

    assertThat(copy.exchange()).isEmpty();
    assertThat(copy.routingKey()).isEqualTo("retry.game.5000ms");
    assertThat(copy.body()).isSameAs(BODY);
    assertThat(copy.requiresRoute()).isTrue();
    assertThat(copy.properties().builder().headers(null).build())
        .isEqualTo(
            new BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .deliveryMode(2)
                .correlationId("correlation")
                .messageId("message")
                .timestamp(SENT)
                .type("game.started")
                .appId("game_service")
                .build());
    assertThat(copy.properties().getHeaders())
        .containsOnlyKeys(
            "session_id",
            "their own",
            "retry_count",
            "first_failed_at",
            "failed_queue",
            "original_exchange",
            "original_routing_key",
            "error_class",
            "error_type",
            "error_message")
        .containsEntry("their own", 5)
        .containsEntry("retry_count", 1)
        .containsEntry("failed_queue", "game.queue")
        .containsEntry("original_exchange", "artel.events")
        .containsEntry("original_routing_key", "game.started")
        .containsEntry("error_class", "transient")
        .containsEntry("error_type", "java.io.IOException")
        .containsEntry("error_message", "the disk is full");
  }

  @Test
  void firstAddressAndFirstFailureShouldBeKeptOverRetries() {
    OutgoingMessage copy = retry(FIRST, new BasicProperties(), 1);
    Object firstFailure = copy.properties().getHeaders().get("first_failed_at");

    for (int retry = 2; retry <= 5; retry++) {
      copy = retry(returned(copy), arrived(copy), retry);
      assertThat(copy.properties().getHeaders())
          .containsEntry("retry_count", retry)
          .containsEntry("original_exchange", "artel.events")
          .containsEntry("original_routing_key", "game.started")
          .containsEntry("first_failed_at", firstFailure);
    }

    OutgoingMessage dead =
        FailedCopy.forDeadLetter(
            "artel.dlq",
            "dlq.game.queue",
            "game.queue",
            returned(copy),
            arrived(copy),
            BODY,
            5,
            new Failure("handler", null, "no more"));
    assertThat(dead.exchange()).isEqualTo("artel.dlq");
    assertThat(dead.routingKey()).isEqualTo("dlq.game.queue");
    assertThat(dead.body()).isSameAs(BODY);
    assertThat(dead.properties().getHeaders())
        .containsEntry("original_exchange", "artel.events")
        .containsEntry("original_routing_key", "game.started")
        .containsEntry("first_failed_at", firstFailure)
        .containsEntry("error_class", "handler")
        .containsEntry("error_message", "no more")
        .doesNotContainKey("error_type");
  }

  @Test
  void forgedAddressShouldNotCountOnAMessageThatCameFromAnExchange() {
    BasicProperties forged =
        new BasicProperties.Builder()
            .headers(
                Map.of(
                    "original_exchange", text("amq.fanout"), "original_routing_key", text("evil")))
            .build();

    assertThat(retry(FIRST, forged, 1).properties().getHeaders())
        .containsEntry("original_exchange", "artel.events")
        .containsEntry("original_routing_key", "game.started");
  }

  @Test
  void messageWithoutAnIdShouldGetOneSinceReturnsAreToldApartByIt() {
    assertThat(retry(FIRST, new BasicProperties(), 1).properties().getMessageId())
        .satisfies(id -> assertThatCode(() -> UUID.fromString(id)).doesNotThrowAnyException());
  }

  @Test
  void longReasonShouldBeCut() {
    OutgoingMessage copy =
        FailedCopy.forRetry(
            "retry",
            "queue",
            FIRST,
            new BasicProperties(),
            BODY,
            1,
            new Failure("unknown", null, "a".repeat(100_000)));

    assertThat(copy.properties().getHeaders().get("error_message"))
        .hasToString("a".repeat(500) + "…");
  }

  @Test
  void largeHeadersOfAnyTypeShouldNotMakeTheCopyUnsendable() throws Exception {
    String largeText = "ü".repeat(50_000);
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      many.add(1L);
    }
    for (Object large :
        List.of(
            text(largeText),
            new byte[120_000],
            List.of(new byte[60_000], new byte[60_000]),
            Map.of("deep", Map.of("deeper", new byte[120_000])),
            many)) {
      Map<String, Object> headers = new HashMap<>();
      headers.put("large", large);
      headers.put("session_id", text("s"));
      headers.put("event_type", text("game.started"));
      headers.put("published_at", 5L);
      headers.put("small", 1);

      OutgoingMessage copy =
          retry(FIRST, new BasicProperties.Builder().headers(headers).build(), 3);

      assertThat(copy.properties().toFrame(1, 1).size()).isLessThan(FRAME);
      assertThat(copy.properties().getHeaders())
          .doesNotContainKeys("large", "small")
          .containsEntry("session_id", "s")
          .containsEntry("event_type", "game.started")
          .containsEntry("published_at", 5L)
          .containsEntry("retry_count", 3)
          .containsEntry("original_routing_key", "game.started");
    }
  }

  /** Bytes that are no UTF-8 are read as three bytes each, and do not fit where they came from. */
  @Test
  void textsThatCannotBeWrittenAgainShouldBeLeftOut() throws Exception {
    String unwritable =
        new String(new byte[255], StandardCharsets.US_ASCII).replace('\0', '\ufffd');
    BasicProperties original =
        new BasicProperties.Builder()
            .contentType(unwritable)
            .contentEncoding(unwritable)
            .correlationId(unwritable)
            .messageId(unwritable)
            .type(unwritable)
            .appId(unwritable)
            .headers(Map.of(unwritable, 1, "session_id", text("s")))
            .build();

    OutgoingMessage copy = retry(FIRST, original, 1);

    assertThat(copy.properties().toFrame(1, 1).size()).isLessThan(FRAME);
    assertThat(copy.properties().getContentType()).isNull();
    assertThat(copy.properties().getType()).isNull();
    assertThat(copy.properties().getMessageId()).isNotEqualTo(unwritable);
    assertThat(copy.properties().getHeaders())
        .doesNotContainKey(unwritable)
        .containsEntry("session_id", "s");
  }

  private static OutgoingMessage retry(Envelope envelope, BasicProperties properties, int count) {
    return FailedCopy.forRetry("retry", "game.queue", envelope, properties, BODY, count, FAILURE);
  }

  /** How a copy comes back: through the default exchange, its texts as the client reads them. */
  private static Envelope returned(OutgoingMessage copy) {
    assertThat(copy.exchange()).isEmpty();
    return new Envelope(8, false, "", "game.queue");
  }

  private static BasicProperties arrived(OutgoingMessage copy) {
    Map<String, Object> headers = new HashMap<>();
    copy.properties()
        .getHeaders()
        .forEach((name, value) -> headers.put(name, value instanceof String s ? text(s) : value));
    headers.put("x-death", List.of(Map.of("count", 1L)));
    return copy.properties().builder().headers(headers).build();
  }

  private static Object text(String text) {
    return LongStringHelper.asLongString(text);
  }
}
