package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchingTest {

  private static final EventType<JsonNode> OURS = EventType.ofTree("game.ours");
  private static final EventType<JsonNode> OTHER = EventType.ofTree("game.other");
  private static final EventType<JsonNode> FOREIGN =
      EventType.ofTree("game.foreign").foreignConsumers();

  @Test
  void allTypesButForeignOnesShouldBePackedUnlessSomeAreNamed() {
    Batching all = Batching.upTo(50);
    Batching some = all.only(OURS);

    assertThat(all.packs(event(OURS))).isTrue();
    assertThat(all.packs(event(FOREIGN))).isFalse();
    assertThat(some.packs(event(OURS))).isTrue();
    assertThat(some.packs(event(OTHER))).isFalse();
  }

  @Test
  void foreignTypeShouldBeRefusedWithTheReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(50).only(OURS, FOREIGN))
        .withMessageContaining("game.foreign")
        .withMessageContaining("foreignConsumers()")
        .withMessageContaining("Python");
  }

  @Test
  void eventThatWasReadShouldNotBePackedSinceNobodyKnowsWhoElseReadsIt() {
    EventCodec codec = EventCodec.create();

    Event<JsonNode> read = codec.decodeTree(codec.encode(event(OURS)));

    assertThat(Batching.upTo(50).packs(read)).isFalse();
    assertThat(Batching.upTo(50).packs(event(OURS).toBuilder().build())).isTrue();
  }

  @Test
  void rangesShouldBeHeld() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(1))
        .withMessageContaining("maxEvents is 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(Batching.MOST_EVENTS + 1))
        .withMessageContaining("10000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(2).maxBytes(1023))
        .withMessageContaining("maxBytes is 1023");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(2).linger(Duration.ofNanos(-1)))
        .withMessageContaining("linger");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batching.upTo(2).linger(Duration.ofSeconds(11)))
        .withMessageContaining("PT10S");
    assertThatIllegalArgumentException().isThrownBy(() -> Batching.upTo(2).only());
  }

  @Test
  void optionsShouldNotForgetEachOther() {
    Batching batching = Batching.upTo(7).only(OURS).maxBytes(2048).linger(Duration.ofMillis(1));

    assertThat(batching.maxEvents()).isEqualTo(7);
    assertThat(batching.maxBytes()).isEqualTo(2048);
    assertThat(batching.linger()).isEqualTo(Duration.ofMillis(1));
    assertThat(batching.types()).containsExactly("game.ours");
  }

  @Test
  void markShouldStayWithTheTypeWhateverElseIsSet() {
    EventType<JsonNode> type =
        OURS.foreignConsumers()
            .priority(EventPriority.HIGH)
            .source("game_service")
            .maxRetries(1)
            .optionalAudience();

    assertThat(type.hasForeignConsumers()).isTrue();
    assertThat(type.requiresAudience()).isFalse();
    assertThat(OURS.foreignConsumers()).isNotEqualTo(OURS);
    assertThat(OURS.optionalAudience().foreignConsumers().requiresAudience()).isFalse();
  }

  private static Event<JsonNode> event(EventType<JsonNode> type) {
    return type.event(JsonNodeFactory.instance.objectNode()).build("game_service");
  }
}
