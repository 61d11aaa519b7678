package io.artel.events.amqp.internal.message;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.PartitionHeader;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventMessagesTest {

  record Potted(String ballColor) {}

  private static final EventType<Potted> POTTED = EventType.of("game.ball_potted", Potted.class);
  private static final UUID ID = UUID.randomUUID();
  private static final UUID FLOW = UUID.randomUUID();
  private static final UUID CAUSE = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();
  private static final Instant HAPPENED = Instant.parse("2026-11-23T05:47:00.123456Z");

  private final EventCodec codec = EventCodec.create();
  private final EventMessages messages =
      new EventMessages(Topology.on("artel.events"), codec, Duration.ofMinutes(5));

  @Test
  void keyedEventShouldHaveExactlyTheseProperties() {
    Event<Potted> event =
        potted()
            .session(SESSION)
            .correlation(FLOW)
            .causation(CAUSE)
            .retries(2)
            .priority(EventPriority.HIGH)
            .build("game_service");

    long before = System.currentTimeMillis();
    OutgoingMessage message = messages.message(event);
    long after = System.currentTimeMillis();

    assertThat(message.exchange()).isEqualTo("artel.events");
    assertThat(message.routingKey()).isEqualTo("game.ball_potted");
    assertThat(message.body()).isEqualTo(codec.encode(event));
    assertThat(message.requiresRoute()).isTrue();
    BasicProperties properties = message.properties();
    Object publishedAt = requireNonNull(properties.getHeaders().get("published_at"));
    assertThat((long) publishedAt).isBetween(before, after);
    assertThat(properties.getHeaders())
        .containsOnly(
            entry("event_type", "game.ball_potted"),
            entry("source_service", "game_service"),
            entry("correlation_id", FLOW.toString()),
            entry("causation_id", CAUSE.toString()),
            entry("session_id", SESSION.toString()),
            entry("retry_count", 2),
            entry("published_at", publishedAt));
    assertThat(properties.builder().headers(null).build())
        .isEqualTo(
            new BasicProperties.Builder()
                .contentType("application/json")
                .deliveryMode(2)
                .messageId(ID.toString())
                .correlationId(FLOW.toString())
                .timestamp(Date.from(HAPPENED))
                .type("game.ball_potted")
                .appId("game_service")
                .build());
  }

  @Test
  void eventShouldSayItsPartitionForEachSizeOfSetsThatPublishersSpread() {
    Topology topology =
        Topology.on("artel.events")
            .queue("brokers.queue", q -> q.partitions(4))
            .queue("ours.queue", q -> q.partitions(8, Partitioner.PUBLISHER))
            .queue("ours.too.queue", q -> q.partitions(8, Partitioner.PUBLISHER))
            .queue("large.queue", q -> q.partitions(100, Partitioner.PUBLISHER));
    EventMessages spread = new EventMessages(topology, codec, null);

    assertThat(spread.message(potted().session(SESSION).build("game")).properties().getHeaders())
        .containsEntry("partition_of_8", PartitionHeader.partition(SESSION.toString(), 8))
        .containsEntry("partition_of_100", PartitionHeader.partition(SESSION.toString(), 100))
        .doesNotContainKey("partition_of_4");
    assertThat(spread.message(potted().build("game")).properties().getHeaders())
        .containsEntry("partition_of_8", PartitionHeader.partition(ID.toString(), 8));
  }

  @Test
  void firstEventOfAFlowShouldHaveNeitherCorrelationNorCause() {
    BasicProperties properties = messages.message(potted().build("game_service")).properties();

    assertThat(properties.getCorrelationId()).isNull();
    assertThat(properties.getHeaders())
        .containsOnlyKeys(
            "event_type", "source_service", "session_id", "retry_count", "published_at")
        .containsEntry("session_id", ID.toString());
  }

  @ParameterizedTest
  @EnumSource
  void priorityShouldTravelOnlyWithoutASession(EventPriority priority) {
    assertThat(properties(potted().priority(priority)).getPriority()).isEqualTo(priority.number());
    assertThat(properties(potted().priority(priority).session(SESSION)).getPriority()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void onlyLowPriorityWithoutASessionShouldExpire(EventPriority priority) {
    assertThat(properties(potted().priority(priority)).getExpiration())
        .isEqualTo(priority == EventPriority.LOW ? "300000" : null);
    assertThat(properties(potted().priority(priority).session(SESSION)).getExpiration()).isNull();
  }

  @Test
  void lowPriorityShouldNotExpireWhereNothingIsSet() {
    OutgoingMessage message =
        new EventMessages(Topology.on("artel.events"), codec, null)
            .message(potted().priority(EventPriority.LOW).build("game_service"));

    assertThat(message.properties().getExpiration()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void brokerShouldNeverBeToldToReplyOrToCheckTheUser(EventPriority priority) {
    BasicProperties properties = properties(potted().priority(priority).user(UUID.randomUUID()));

    assertThat(properties.getReplyTo()).isNull();
    assertThat(properties.getUserId()).isNull();
    assertThat(properties.getClusterId()).isNull();
    assertThat(properties.getContentEncoding()).isNull();
  }

  @Test
  void typeWithOptionalAudienceShouldNotRequireARoute() {
    Event<Potted> event = POTTED.optionalAudience().event(new Potted("red")).build("game_service");

    assertThat(messages.message(event).requiresRoute()).isFalse();
  }

  @Test
  void compensationShouldHaveTheRoutingKeyThatItsQueueBinds() {
    EventType<Potted> type = EventType.of("compensation.game.ball_potted", Potted.class);

    OutgoingMessage message = messages.message(type.event(new Potted("red")).build("game_service"));

    assertThat(message.routingKey()).isEqualTo("compensation.required");
    assertThat(message.properties().getType()).isEqualTo("compensation.game.ball_potted");
  }

  private static Event.Builder<Potted> potted() {
    return POTTED.event(new Potted("red")).id(ID).timestamp(HAPPENED);
  }

  private BasicProperties properties(Event.Builder<Potted> event) {
    return messages.message(event.build("game_service")).properties();
  }
}
