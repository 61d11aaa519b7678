package io.artel.events.amqp.internal.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.MalformedEventException;
import io.artel.events.amqp.internal.consume.FakeChannels.AckBroker;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchDeliveryTest {

  private static final String ELEMENT =
      "{\"headers\":{\"retry_count\":4,\"event_type\":\"a.b\"},\"event\":{}}";

  private final AckBroker broker = new AckBroker(2);
  private final ChannelSession session =
      new ChannelSession(
          broker.channel(), "queue", 1, 250, FakeChannels.stopped(), FakeChannels.standstill(), 0);

  @Test
  void messageShouldBeAcknowledgedOnceAndOnlyWhenAllItsEventsAreFinished() {
    List<Delivery> events = unpack("[" + ELEMENT + "," + ELEMENT + ",{}]");

    events.get(2).acknowledge();
    events.get(0).acknowledge();
    session.acks.flush();
    assertThat(broker.outstanding()).containsExactly(1L, 2L);
    broker.finished(1);
    events.get(1).acknowledge();
    session.acks.flush();

    assertThat(broker.outstanding()).containsExactly(2L);
    assertThat(broker.acks()).isEqualTo(1);
    assertThat(broker.breaches()).isEmpty();
  }

  @Test
  void eachEventShouldHaveItsOwnAttemptsPropertiesAndProblem() {
    List<Delivery> events = unpack("[" + ELEMENT + ",{}]");

    assertThat(events.get(0).attempt).isEqualTo(5);
    assertThat(events.get(0).properties.getType()).isEqualTo("a.b");
    assertThat(events.get(0).properties.getContentType()).isEqualTo("application/json");
    assertThat(events.get(0).malformed).isNull();
    assertThat(events.get(1).attempt).isEqualTo(1);
    assertThat(events.get(1).malformed).hasMessageContaining("element 1");
  }

  @Test
  void decodedEventShouldCompleteThePropertiesAndItsIdBeTakenThen() {
    List<Delivery> events = unpack("[" + ELEMENT + "," + ELEMENT + "]");
    Event<JsonNode> event =
        EventType.ofTree("a.b")
            .event(JsonNodeFactory.instance.objectNode())
            .session(UUID.randomUUID())
            .build("game_service");

    events.get(0).decoded(event);

    BasicProperties properties = events.get(0).properties;
    assertThat(properties.getMessageId()).isEqualTo(event.id().toString());
    assertThat(properties.getAppId()).isEqualTo("game_service");
    assertThat(requireNonNull(properties.getHeaders())).containsEntry("retry_count", 4);
    assertThatThrownBy(() -> events.get(1).decoded(event))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageContaining("event_id");
    assertThat(events.get(1).event).isNull();
  }

  private List<Delivery> unpack(String body) {
    return BatchDelivery.unpack(
        new Delivery(
            session,
            new Envelope(1, false, "artel.events", "a.b"),
            new BasicProperties.Builder().headers(java.util.Map.of("retry_count", 9)).build(),
            body.getBytes(UTF_8)));
  }
}
