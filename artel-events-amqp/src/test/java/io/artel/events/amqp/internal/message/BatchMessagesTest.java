package io.artel.events.amqp.internal.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.MalformedEventException;
import io.artel.events.PartitionHeader;
import io.artel.events.QueueSpec.Partitioner;
import io.artel.events.Topology;
import io.artel.events.amqp.internal.message.BatchMessages.Element;
import io.artel.events.amqp.internal.message.BatchMessages.Packed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchMessagesTest {

  private static final EventType<JsonNode> POTTED = EventType.ofTree("game.ball_potted");
  private static final EventType<JsonNode> FOUL = EventType.ofTree("game.foul_committed");
  private static final String GOOD = "{\"headers\":{\"retry_count\":2},\"event\":{\"good\":1}}";

  private final EventCodec codec = EventCodec.create();
  private final EventMessages messages =
      new EventMessages(Topology.on("artel.events"), codec, Duration.ofMinutes(5));

  @Test
  void whatIsJoinedShouldComeOutAsItWentIn() throws Exception {
    UUID session = UUID.randomUUID();
    List<Event<JsonNode>> events = new ArrayList<>();
    List<Packed> packed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Event<JsonNode> event =
          POTTED
              .event(JsonNodeFactory.instance.objectNode().put("text", "\"[{]}\\ шар " + i))
              .session(session)
              .correlation(UUID.randomUUID())
              .causation(UUID.randomUUID())
              .build("game_service");
      events.add(event);
      packed.add(BatchMessages.pack(messages.message(event)));
    }

    OutgoingMessage batch = BatchMessages.join(packed);

    assertThat(new ObjectMapper().readTree(batch.body())).hasSize(20);
    assertThat(batch.body().length)
        .isEqualTo(packed.stream().mapToInt(Packed::length).sum() + BatchMessages.SEPARATOR_LENGTH);
    assertThat(batch.events()).isEqualTo(20);
    List<Element> elements = BatchMessages.unpack(batch.body());
    assertThat(elements).hasSize(20).allSatisfy(each -> assertThat(each.problem()).isNull());
    for (int i = 0; i < 20; i++) {
      Element element = elements.get(i);
      OutgoingMessage single = packed.get(i).single();
      assertThat(element.body()).isEqualTo(single.body());
      assertThat(element.headers()).isEqualTo(single.properties().getHeaders());
      BasicProperties properties = BatchMessages.properties(events.get(i), element.headers());
      assertThat(properties).isEqualTo(single.properties());
    }
  }

  @Test
  void batchShouldSayWhatItsEventsHaveInCommon() {
    Event<JsonNode> low = event(POTTED).priority(EventPriority.LOW).build("game_service");
    OutgoingMessage same =
        BatchMessages.join(
            List.of(
                BatchMessages.pack(messages.message(low)),
                BatchMessages.pack(messages.message(event(POTTED).build("game_service")))));
    OutgoingMessage mixed =
        BatchMessages.join(
            List.of(
                BatchMessages.pack(messages.message(event(POTTED).build("game_service"))),
                BatchMessages.pack(messages.message(event(FOUL).build("referee")))));

    BasicProperties properties = same.properties();
    assertThat(properties.getContentType()).isEqualTo("application/vnd.artel.batch+json");
    assertThat(properties.getDeliveryMode()).isEqualTo(2);
    assertThat(properties.getType()).isEqualTo("game.ball_potted");
    assertThat(properties.getAppId()).isEqualTo("game_service");
    assertThat(properties.getPriority()).isEqualTo(1);
    assertThat(properties.getExpiration()).isEqualTo("300000");
    assertThat(UUID.fromString(properties.getMessageId())).isNotEqualTo(low.id());
    assertThat(properties.getHeaders())
        .containsEntry("event_count", 2)
        .containsEntry("event_type", "game.ball_potted")
        .containsEntry("source_service", "game_service")
        .containsEntry("session_id", low.id().toString())
        .containsKey("published_at");
    assertThat(mixed.properties().getType()).isNull();
    assertThat(mixed.properties().getAppId()).isNull();
    assertThat(mixed.properties().getHeaders()).doesNotContainKeys("event_type", "source_service");
  }

  @Test
  void batchShouldGoToThePartitionOfItsSession() {
    UUID session = UUID.randomUUID();
    Topology topology =
        Topology.on("artel.events").queue("q", q -> q.partitions(8, Partitioner.PUBLISHER));
    OutgoingMessage single =
        new EventMessages(topology, codec, null)
            .message(event(POTTED).session(session).build("game_service"));

    OutgoingMessage batch =
        BatchMessages.join(List.of(BatchMessages.pack(single), BatchMessages.pack(single)));

    assertThat(batch.properties().getHeaders())
        .containsEntry("partition_of_8", PartitionHeader.partition(session.toString(), 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.artel.batch+json",
        "Application/vnd.artel.BATCH+json",
        "application/vnd.artel.batch+json; charset=utf-8"
      })
  void batchShouldBeKnownByItsContentType(String contentType) {
    assertThat(BatchMessages.isBatch(properties(contentType))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "", "application/vnd.artel.batch+jsonp", ";"})
  void anythingElseShouldBeNoBatch(String contentType) {
    assertThat(BatchMessages.isBatch(properties(contentType))).isFalse();
    assertThat(BatchMessages.isBatch(new BasicProperties())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{}",
        "null",
        "\"[]\"",
        "[]",
        "[ ]",
        "[",
        "]",
        "[" + GOOD,
        "[" + GOOD + ",",
        "[" + GOOD + ",]",
        "[," + GOOD + "]",
        "[" + GOOD + "," + "," + GOOD + "]",
        "[" + GOOD + GOOD + "]",
        "[" + GOOD + "]]",
        "[" + GOOD + "] x",
        "[" + GOOD + "}",
        "[{\"headers\":{},\"event\":{\"text\":\"no end}]",
        "[{\"event\":[1}," + GOOD + "]",
        "\uFEFF[" + GOOD + "]"
      })
  void bodyThatIsNoArrayOfElementsShouldBeRefusedAsAWhole(String body) {
    assertThatThrownBy(() -> BatchMessages.unpack(body.getBytes(UTF_8)))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageStartingWith("batch: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "null",
        "nonsense",
        "\"text\"",
        "[" + GOOD + "]",
        "{}",
        "{\"headers\":{}}",
        "{\"event\"}",
        "{\"event\":}",
        "{event:{}}",
        "{\"event\":{},}",
        "{\"event\":{} \"headers\":{}}",
        "{\"event\":{},\"event\":{}}",
        "{\"headers\":{},\"headers\":{},\"event\":{}}",
        "{\"\\u0065vent\":{}}",
        "{]",
        "{\"event\":{}]"
      })
  void brokenElementShouldBeAloneInThat(String broken) {
    List<Element> elements = unpack("[" + GOOD + "," + broken + " , " + GOOD + "]");

    assertThat(elements).hasSize(3);
    assertGood(elements.get(0));
    assertThat(elements.get(1).problem()).startsWith("batch: element 1: ");
    assertThat(elements.get(1).body()).asString().isEqualTo(broken);
    assertThat(elements.get(1).headers()).isEmpty();
    assertGood(elements.get(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "null",
        "[]",
        "\"\"",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\u00ff\"}",
        "{}x"
      })
  void headersThatCannotBeReadShouldCondemnTheirEventAlone(String headers) {
    String element = "{\"event\":{\"own\":1},\"headers\":" + headers + "}";
    List<Element> elements =
        BatchMessages.unpack(("[" + GOOD + "," + element + "," + GOOD + "]").getBytes(ISO_8859_1));

    assertGood(elements.get(0));
    assertThat(elements.get(1).problem()).startsWith("batch: element 1: ");
    assertThat(elements.get(1).body())
        .asString()
        .isEqualTo(headers.endsWith("x") ? element : "{\"own\":1}");
    assertGood(elements.get(2));
  }

  @Test
  void headersShouldBeTextsAndNumbersAndTheRestPassedOver() {
    List<Element> elements =
        unpack(
            "[{\"headers\":{\"a\":\"x\",\"b\":1,\"c\":1764000000000,\"d\":true,\"e\":null,"
                + "\"f\":[{\"g\":1}],\"h\":{\"a\":2},\"i\":1.5,\"j\":99999999999999999999},"
                + "\"event\":{},\"more\":[{}]},{\"event\":1}]");

    assertThat(elements.get(0).problem()).isNull();
    assertThat(elements.get(0).headers())
        .isEqualTo(Map.of("a", "x", "b", 1, "c", 1764000000000L, "d", true));
    assertThat(elements.get(1).headers()).isEmpty();
    assertThat(elements.get(1).body()).asString().isEqualTo("1");
  }

  @Test
  void wrongBytesWithinAnEventShouldNotReachItsNeighbours() {
    String wrong = "{\"event\":{\"text\":\"\u00ff\u00fe\u0080\u0000\"}}";
    List<Element> elements =
        BatchMessages.unpack(("[" + wrong + "," + GOOD + "]").getBytes(ISO_8859_1));

    assertThat(elements.get(0).body())
        .isEqualTo("{\"text\":\"\u00ff\u00fe\u0080\u0000\"}".getBytes(ISO_8859_1));
    assertGood(elements.get(1));
  }

  @Test
  void depthShouldCostNoStack() {
    String deep = "{\"event\":" + "[{\"a\":".repeat(500_000) + "1" + "}]".repeat(500_000) + "}";
    List<Element> elements = unpack("[" + deep + "," + GOOD + "]");
    List<Element> deepHeaders =
        unpack(
            "[{\"event\":{},\"headers\":{\"a\":"
                + "[".repeat(500_000)
                + "]".repeat(500_000)
                + "}},"
                + GOOD
                + "]");

    assertThat(elements.get(0).problem()).isNull();
    assertThatThrownBy(() -> codec.decodeTree(elements.get(0).body()))
        .isInstanceOf(MalformedEventException.class);
    assertGood(elements.get(1));
    assertThat(deepHeaders.get(0).problem()).contains("headers: cannot be read");
    assertGood(deepHeaders.get(1));
  }

  @Test
  void manyElementsShouldBeFine() {
    List<Element> elements = unpack("[" + (GOOD + ",").repeat(99_999) + GOOD + "]");

    assertThat(elements).hasSize(100_000);
    assertGood(elements.get(99_999));
  }

  @Test
  void batchWithinABatchShouldBeNoEvent() {
    String inner =
        "{\"headers\":{\"content_type\":\"application/vnd.artel.batch+json\"},\"event\":["
            + GOOD
            + "]}";
    List<Element> elements = unpack("[" + inner + "," + GOOD + "]");

    assertThatThrownBy(() -> codec.decodeTree(elements.get(0).body()))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageContaining("expected an object");
    assertThat(BatchMessages.properties(null, elements.get(0).headers()).getContentType())
        .isEqualTo("application/json");
    assertGood(elements.get(1));
  }

  @Test
  void noBytesShouldEndInAnythingButElementsOrTheRightException() {
    Random random = new Random(7);
    byte[] sound = ("[" + GOOD + "," + GOOD + "]").getBytes(UTF_8);
    int unpacked = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = sound.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutated[random.nextInt(mutated.length)] =
            (byte)
                (random.nextBoolean()
                    ? "[]{},:\"\\ 1".charAt(random.nextInt(10))
                    : random.nextInt());
      }
      try {
        assertThat(BatchMessages.unpack(mutated)).isNotEmpty();
        unpacked++;
      } catch (MalformedEventException e) {
        assertThat(e).hasMessageStartingWith("batch: ");
      }
    }
    assertThat(unpacked).isBetween(1000, 19_000);
  }

  private static void assertGood(Element element) {
    assertThat(element.problem()).isNull();
    assertThat(element.body()).asString().isEqualTo("{\"good\":1}");
    assertThat(element.headers()).isEqualTo(Map.of("retry_count", 2));
  }

  private static List<Element> unpack(String body) {
    return BatchMessages.unpack(body.getBytes(UTF_8));
  }

  private static Event.Builder<JsonNode> event(EventType<JsonNode> type) {
    return type.event(JsonNodeFactory.instance.objectNode());
  }

  private static BasicProperties properties(String contentType) {
    return new BasicProperties.Builder().contentType(contentType).build();
  }
}
