package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artel.events.QueueSpec.Overflow;
import io.artel.events.QueueSpec.Ownership;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueSpecTest {

  private static final QueueSpec SPEC = QueueSpec.of("game.service.queue");

  @Test
  void eachMethodShouldReturnAnotherSpec() {
    QueueSpec bound = SPEC.bind("game.*").bind("game.*", "session.*");

    assertThat(bound.bindings()).containsExactly("game.*", "session.*");
    assertThat(SPEC.bindings()).isEmpty();
    assertThat(SPEC.observer().isObserver()).isTrue();
    assertThat(SPEC.isObserver()).isFalse();
  }

  @Test
  void onlyWhoeverAsksOrNeedsOneShouldGetAClassicQueue() {
    assertThat(SPEC.isClassic()).isFalse();
    assertThat(SPEC.messageTtl(Duration.ofMinutes(5)).maxLength(10).isClassic()).isFalse();
    assertThat(SPEC.partitions(8).isClassic()).isFalse();
    assertThat(SPEC.partitions(8).classic().isClassic()).isTrue();
    assertThat(SPEC.maxPriority(10).isClassic()).isTrue();
    assertThat(SPEC.autoDelete().isClassic()).isTrue();
    assertThat(SPEC.withoutArguments().isClassic()).isTrue();
  }

  @Test
  void partitionsShouldBeNumberedWithLeadingZeros() {
    assertThat(SPEC.sources()).containsExactly("game.service.queue");
    assertThat(SPEC.partitions(2).sources())
        .containsExactly("game.service.queue.00", "game.service.queue.01");
    assertThat(SPEC.partitions(101).sources())
        .hasSize(101)
        .startsWith("game.service.queue.000")
        .endsWith("game.service.queue.100")
        .isSorted();
  }

  @Test
  void eachFormerNumberShouldMakeAGenerationWithNamesOfItsOwn() {
    QueueSpec third = SPEC.bind("game.*").partitions(2).formerly(2, 3);

    assertThat(third.generation()).isEqualTo(3);
    assertThat(third.sources())
        .containsExactly("game.service.queue.g3.00", "game.service.queue.g3.01");
    assertThat(TopologyLayout.hashExchange(third))
        .isEqualTo("game.service.queue.hash.session_id.2.g3");
    assertThat(third.redriveQueue()).isEqualTo("redrive.game.service.dlq.g3");
    assertThat(third.deadLetterQueue()).isEqualTo("game.service.dlq");
    assertThat(third.formerGenerations())
        .extracting(TopologyLayout::hashExchange)
        .containsExactly(
            "game.service.queue.hash.session_id.2.g1", "game.service.queue.hash.session_id.3.g2");
    assertThat(third.formerGenerations()).allMatch(each -> each.bindings().contains("game.*"));
    assertThat(SPEC.partitions(2).formerGenerations()).isEmpty();
  }

  @Test
  void formerNumbersShouldBeThoseOfAnOrderedQueue() {
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> SPEC.formerly(8))
        .withMessageContaining("'game.service.queue'")
        .withMessageContaining("[8]")
        .withMessageContaining("partitions(…) before formerly(…)");
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> SPEC.partitions(8).formerly(4, 0))
        .withMessageContaining("formerly is 0, but must be 1 to 256");
  }

  @Test
  void derivedNamesShouldFollowTheQueue() {
    assertThat(SPEC.deadLetterQueue()).isEqualTo("game.service.dlq");
    assertThat(QueueSpec.of("audit").deadLetterQueue()).isEqualTo("audit.dlq");
    assertThat(QueueSpec.of(".queue").deadLetterQueue()).isEqualTo(".queue.dlq");
    assertThat(SPEC.deadLetterRoutingKey()).isEqualTo("dlq.game.service.queue");
    assertThat(SPEC.retryQueue(Duration.ofSeconds(5))).isEqualTo("retry.game.service.queue.5000ms");
  }

  @Test
  void contradictionsShouldNameBothSettings() {
    assertRefused(q -> q.partitions(8).maxPriority(10), "partitions", "maxPriority");
    assertRefused(q -> q.maxPriority(10).partitions(8), "partitions", "maxPriority");
    assertRefused(q -> q.partitions(8).messageTtl(Duration.ofSeconds(1)), "messageTtl");
    assertRefused(q -> q.partitions(8).autoDelete(), "autoDelete");
    assertRefused(q -> q.partitions(8).passive(), "passive");
    assertRefused(q -> q.withoutArguments().maxLength(5), "would not be declared");
    assertRefused(q -> q.singleActiveConsumer().passive(), "would not be declared");
    assertRefused(q -> q.classic().passive(), "would not be declared");
  }

  @Test
  void numbersOutOfRangeShouldBeNamed() {
    assertRefused(q -> q.partitions(0), "partitions is 0", "1 to 256");
    assertRefused(q -> q.partitions(257), "257");
    assertRefused(q -> q.maxPriority(0), "maxPriority is 0");
    assertRefused(q -> q.maxPriority(256), "256");
    assertRefused(q -> q.maxLength(0), "maxLength is 0");
    assertRefused(q -> q.deadLetterMaxLength(-1), "deadLetterMaxLength is -1");
    assertRefused(q -> q.messageTtl(Duration.ZERO), "messageTtl is PT0S");
    assertRefused(q -> q.messageTtl(Duration.ofNanos(999_999)), "1 ms to 49 days");
    assertRefused(q -> q.messageTtl(Duration.ofSeconds(Long.MAX_VALUE)), "1 ms to 49 days");
    assertRefused(q -> q.deadLetterTtl(Duration.ofDays(50)), "deadLetterTtl is PT1200H");
    assertRefused(q -> q.bind(""), "binding");
    assertRefused(q -> q.bind("é".repeat(128)), "binding");
  }

  @Test
  void bindingShouldHaveAtMostTwoHashes() {
    assertThat(SPEC.bind("#.ended.#", "#a.#.#b").bindings()).hasSize(2);
    assertRefused(q -> q.bind("#.a.#.b.#"), "'#.a.#.b.#' has 3 '#'", "at most 2");
  }

  @Test
  void longestTimeToLiveShouldBeTaken() {
    Duration longest = Duration.ofMillis(4_294_967_295L);

    assertThat(SPEC.messageTtl(longest).timeToLive()).isEqualTo(longest);
    assertRefused(q -> q.messageTtl(longest.plusMillis(1)), "49 days");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "amq.queue", "a\nb", "a\u0000"})
  void namesThatRabbitMqDoesNotTakeShouldBeRefused(String name) {
    assertThatExceptionOfType(TopologyException.class).isThrownBy(() -> QueueSpec.of(name));
  }

  @Test
  void nameShouldLeaveRoomForWhatIsAppended() {
    assertThat(QueueSpec.of("é".repeat(100)).name()).hasSize(100);
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> QueueSpec.of("é".repeat(100) + "a"))
        .withMessageContaining("201 bytes");
  }

  @Test
  void settingsShouldBeReadBack() {
    QueueSpec spec =
        SPEC.maxLength(5, Overflow.REJECT_PUBLISH)
            .deadLetterTtl(Duration.ofHours(24))
            .deadLetterMaxLength(1000)
            .singleActiveConsumer();

    assertThat(spec.lengthLimit()).isEqualTo(5);
    assertThat(spec.overflow()).isEqualTo(Overflow.REJECT_PUBLISH);
    assertThat(spec.deadLetterTimeToLive()).isEqualTo(Duration.ofDays(1));
    assertThat(spec.deadLetterLengthLimit()).isEqualTo(1000);
    assertThat(spec.isSingleActiveConsumer()).isTrue();
    assertThat(spec.ownership()).isEqualTo(Ownership.OWNED);
  }

  private static void assertRefused(UnaryOperator<QueueSpec> settings, String... parts) {
    assertThatExceptionOfType(TopologyException.class)
        .isThrownBy(() -> settings.apply(SPEC))
        .satisfies(e -> assertThat(e.getMessage()).contains("game.service.queue").contains(parts));
  }
}
