package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final Outbox outbox = new Outbox(false);
  private final Outbox strict = new Outbox(true);

  @Test
  void messagesShouldComeInTheOrderOfTheirPublishCalls() {
    Pending first = added(outbox, "a");
    Pending second = added(outbox, "b");

    assertThat(outbox.next()).isSameAs(first);
    assertThat(outbox.next()).isSameAs(second);
    assertThat(outbox.next()).isNull();
  }

  @Test
  void whatIsPutBackShouldGoBeforeAllThatCameLater() {
    Pending first = added(outbox, "a");
    Pending second = added(outbox, "a");
    assertThat(outbox.next()).isSameAs(first);
    assertThat(outbox.next()).isSameAs(second);
    Pending third = added(outbox, "a");

    outbox.putBack(List.of(second, first));

    assertThat(all(outbox)).containsExactly(first, second, third);
  }

  @Test
  void aRetryShouldHoldUpItsKeyOnly() {
    Pending first = added(outbox, "a");
    assertThat(outbox.next()).isSameAs(first);
    outbox.retry(first, 100);
    Pending second = added(outbox, "a");
    Pending other = added(outbox, "b");
    Pending keyless = added(outbox, null);

    assertThat(all(outbox)).containsExactly(other, keyless);
    assertThat(outbox.wake(99)).isEqualTo(1);
    assertThat(all(outbox)).isEmpty();
    assertThat(outbox.wake(100)).isZero();
    assertThat(all(outbox)).containsExactly(first);
    assertThat(outbox.settled(first)).isTrue();
    assertThat(all(outbox)).containsExactly(second);
    assertThat(outbox.settled(second)).isFalse();
  }

  @Test
  void strictOrderShouldHandOutTheNextOfAKeyOnlyWhenTheLastIsSettled() {
    Pending first = added(strict, "a");
    Pending second = added(strict, "a");
    Pending other = added(strict, "b");

    assertThat(all(strict)).containsExactly(first, other);
    strict.putBack(List.of(first));
    assertThat(all(strict)).containsExactly(first);
    strict.settled(first);
    assertThat(all(strict)).containsExactly(second);
  }

  @Test
  void whatIsTakenOutShouldBeFoundWhereverItWaits() {
    Pending retried = added(outbox, "a");
    assertThat(outbox.next()).isSameAs(retried);
    outbox.retry(retried, 100);
    Pending behind = added(outbox, "a");
    assertThat(outbox.next()).isNull();
    Pending ready = added(outbox, "b");

    assertThat(outbox.takeIf(pending -> true)).containsExactly(retried, behind, ready);
    assertThat(all(outbox)).isEmpty();
  }

  /** Refusals, lost channels and confirmations at random: the last word on order and loss. */
  @Property
  void strictOrderShouldSurviveWhateverHappens(@ForAll long seed) {
    Random random = new Random(seed);
    Outbox tried = new Outbox(true);
    List<Pending> inFlight = new ArrayList<>();
    Map<Object, Long> lastSettled = new HashMap<>();
    int keys = 3;
    int added = 0;
    int settled = 0;
    long now = 0;
    while (settled < 60) {
      now++;
      switch (random.nextInt(5)) {
        case 0 -> {
          if (added < 60) {
            Pending unused = added(tried, random.nextInt(keys));
            added++;
          }
        }
        case 1 -> {
          Pending next = tried.next();
          if (next != null) {
            Object key = next.subject.key();
            assertThat(inFlight).noneMatch(each -> Objects.equals(each.subject.key(), key));
            inFlight.add(next);
          }
        }
        case 2 -> {
          if (!inFlight.isEmpty()) {
            Pending done = inFlight.remove(random.nextInt(inFlight.size()));
            assertThat(done.order).isGreaterThan(lastSettled.getOrDefault(done.subject.key(), 0L));
            lastSettled.put(done.subject.key(), done.order);
            tried.settled(done);
            settled++;
          }
        }
        case 3 -> {
          if (!inFlight.isEmpty()) {
            tried.retry(inFlight.remove(random.nextInt(inFlight.size())), now + random.nextInt(5));
          }
        }
        default -> {
          if (random.nextInt(10) == 0) {
            tried.putBack(inFlight);
            inFlight.clear();
          }
        }
      }
      long unused = tried.wake(now);
    }
  }

  private static List<Pending> all(Outbox from) {
    List<Pending> all = new ArrayList<>();
    for (Pending next = from.next(); next != null; next = from.next()) {
      all.add(next);
    }
    return all;
  }

  private static Pending added(Outbox to, @Nullable Object key) {
    Pending pending =
        new Pending(
            new OutgoingMessage("x", "y", new BasicProperties(), new byte[0], true),
            new Subject(UUID.randomUUID(), "a.type", key));
    to.add(pending);
    return pending;
  }
}
