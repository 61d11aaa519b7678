package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UnconfirmedTest {

  private final Unconfirmed unconfirmed = new Unconfirmed();

  @Test
  void shouldGiveEachOutOnce() {
    Pending first = pending();
    unconfirmed.put(1, first);

    assertThat(unconfirmed.oldest()).isSameAs(first);
    assertThat(unconfirmed.take(1)).isSameAs(first);
    assertThat(unconfirmed.take(1)).isNull();
    assertThat(unconfirmed.take(2)).isNull();
    assertThat(unconfirmed.oldest()).isNull();
    assertThat(unconfirmed.takeUpTo(Long.MAX_VALUE, any -> true)).isEmpty();
  }

  @Test
  void shouldLeaveWhatTheConditionDoesNotHoldFor() {
    List<Pending> sent = putAll(3);

    assertThat(unconfirmed.takeUpTo(3, pending -> pending != sent.get(1)))
        .containsExactly(sent.get(0), sent.get(2));
    assertThat(unconfirmed.oldest()).isSameAs(sent.get(1));
  }

  @Test
  void shouldHoldMoreThanItHasRoomForAtFirst() {
    putAll(200);
    assertThat(unconfirmed.takeUpTo(150, any -> true)).hasSize(150);
    List<Pending> later = new ArrayList<>();
    for (int number = 201; number <= 2000; number++) {
      Pending pending = pending();
      later.add(pending);
      unconfirmed.put(number, pending);
    }

    List<Pending> all = unconfirmed.takeUpTo(Long.MAX_VALUE, any -> true);

    assertThat(all).hasSize(1850);
    assertThat(all.subList(50, 1850)).containsExactlyElementsOf(later);
  }

  /**
   * Positive numbers send so many, negative ones settle so many, zero settles the second oldest.
   */
  @Property(tries = 300)
  void shouldBehaveAsAMapWould(
      @ForAll @Size(max = 60) List<@IntRange(min = -300, max = 300) Integer> steps) {
    TreeMap<Long, Pending> map = new TreeMap<>();
    long last = 0;
    for (int step : steps) {
      if (step > 0) {
        for (int i = 0; i < step; i++) {
          // A number may have been used up by a publish that failed.
          last += i % 7 == 0 ? 2 : 1;
          Pending pending = pending();
          unconfirmed.put(last, pending);
          map.put(last, pending);
        }
      } else if (step < 0 && !map.isEmpty()) {
        long upTo = map.firstKey() - step;
        Map<Long, Pending> settled = map.headMap(upTo, true);
        assertThat(unconfirmed.takeUpTo(upTo, any -> true))
            .containsExactlyElementsOf(settled.values());
        settled.clear();
      } else if (map.size() > 1) {
        long second = map.higherKey(map.firstKey());
        assertThat(unconfirmed.take(second)).isSameAs(map.remove(second));
      }
      assertThat(unconfirmed.oldest()).isSameAs(map.isEmpty() ? null : map.firstEntry().getValue());
    }
    assertThat(unconfirmed.takeUpTo(Long.MAX_VALUE, any -> true))
        .containsExactlyElementsOf(map.values());
  }

  private List<Pending> putAll(int count) {
    List<Pending> all = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      Pending pending = pending();
      all.add(pending);
      unconfirmed.put(number, pending);
    }
    return all;
  }

  private static Pending pending() {
    UUID id = UUID.randomUUID();
    return new Pending(
        new OutgoingMessage(
            "exchange",
            "key",
            new BasicProperties.Builder().messageId(id.toString()).build(),
            new byte[0],
            true),
        new Subject(id, "test.event", null));
  }
}
