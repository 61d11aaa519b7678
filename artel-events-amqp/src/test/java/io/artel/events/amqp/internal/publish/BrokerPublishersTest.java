package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BrokerPublishersTest {

  private static final List<UUID> KEYS =
      IntStream.range(0, 3000).mapToObj(i -> new UUID(7, i)).toList();

  private final BrokerPublishers east = new BrokerPublishers("east:5672", List.of());
  private final BrokerPublishers west = new BrokerPublishers("west:5672", List.of());
  private final BrokerPublishers north = new BrokerPublishers("north:5672", List.of());

  /** Another version of this library, or another Java, must not send a session elsewhere. */
  @Test
  void preferenceShouldStayTheSameForEver() {
    assertThat(
            Stream.of(new UUID(0, 1), UUID.fromString("6d5b6b8e-9f2c-4a8e-8a8f-0c5d9f1e2a3b"))
                .map(east::preference))
        .containsExactly(-7474156670624028229L, 7567795510995061316L);
  }

  @Test
  void keysShouldSpreadEvenly() {
    List<BrokerPublishers> chosen =
        KEYS.stream().map(key -> choice(key, List.of(east, west, north))).toList();

    for (BrokerPublishers each : List.of(east, west, north)) {
      assertThat(chosen.stream().filter(one -> one == each).count()).isBetween(850L, 1150L);
    }
  }

  @Test
  void onlyKeysOfAMemberThatLeavesShouldMove() {
    List<BrokerPublishers> moved = new ArrayList<>();
    for (UUID key : KEYS) {
      BrokerPublishers before = choice(key, List.of(east, west, north));
      BrokerPublishers after = choice(key, List.of(east, west));
      if (before == north) {
        moved.add(after);
      } else {
        assertThat(after).isSameAs(before);
      }
    }
    assertThat(moved).contains(east, west);
  }

  private static BrokerPublishers choice(UUID key, List<BrokerPublishers> among) {
    return among.stream().max(Comparator.comparingLong(each -> each.preference(key))).orElseThrow();
  }
}
