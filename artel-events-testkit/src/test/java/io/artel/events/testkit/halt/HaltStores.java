package io.artel.events.testkit.halt;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.HaltStore;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of halted keys does. */
abstract class HaltStores {

  private static final String QUEUE = "game.service.queue";

  private final String key = UUID.randomUUID().toString();
  private final UUID first = UUID.randomUUID();
  private final UUID second = UUID.randomUUID();
  private HaltStore store;

  abstract HaltStore create() throws Exception;

  @BeforeEach
  void open() throws Exception {
    store = create();
  }

  @Test
  void keyShouldBeHaltedUntilItsLastEventIsReleased() throws Exception {
    assertThat(store.firstHeld(QUEUE, key)).isEmpty();

    store.hold(QUEUE, key, first);
    store.hold(QUEUE, key, second);
    assertThat(store.firstHeld(QUEUE, key)).contains(first);

    store.release(QUEUE, key, first);
    assertThat(store.firstHeld(QUEUE, key)).contains(second);
    store.release(QUEUE, key, second);
    assertThat(store.firstHeld(QUEUE, key)).isEmpty();
  }

  @Test
  void eventHeldAgainShouldKeepItsPlace() throws Exception {
    store.hold(QUEUE, key, first);
    store.hold(QUEUE, key, second);
    store.hold(QUEUE, key, first);

    assertThat(store.firstHeld(QUEUE, key)).contains(first);
    assertThat(store.releaseAll(QUEUE, key)).isEqualTo(2);
  }

  @Test
  void queuesAndKeysShouldBeHaltedByThemselves() throws Exception {
    store.hold(QUEUE, key, first);

    assertThat(store.firstHeld("stats.service.queue", key)).isEmpty();
    assertThat(store.firstHeld(QUEUE, UUID.randomUUID().toString())).isEmpty();
    store.release(QUEUE, key, second);
    assertThat(store.releaseAll("stats.service.queue", key)).isZero();
    assertThat(store.firstHeld(QUEUE, key)).contains(first);
  }

  @Test
  void releasedKeyShouldBeginAnew() throws Exception {
    store.hold(QUEUE, key, first);
    assertThat(store.releaseAll(QUEUE, key)).isEqualTo(1);
    assertThat(store.firstHeld(QUEUE, key)).isEmpty();

    store.hold(QUEUE, key, second);
    store.hold(QUEUE, key, first);
    assertThat(store.firstHeld(QUEUE, key)).contains(second);
  }

  /** Its acknowledgement was lost, and it comes again before those that are held. */
  @Test
  void eventShouldBeKnownAsReleasedWhileLaterOnesAreHeld() throws Exception {
    UUID third = UUID.randomUUID();
    store.hold(QUEUE, key, first);
    store.hold(QUEUE, key, second);
    store.hold(QUEUE, key, third);
    assertThat(store.isReleased(QUEUE, key, first)).isFalse();

    store.release(QUEUE, key, first);
    store.release(QUEUE, key, second);

    assertThat(store.isReleased(QUEUE, key, first)).isTrue();
    assertThat(store.isReleased(QUEUE, key, second)).isTrue();
    assertThat(store.isReleased(QUEUE, key, third)).isFalse();
    assertThat(store.isReleased(QUEUE, key, UUID.randomUUID())).isFalse();
    assertThat(store.isReleased("stats.service.queue", key, first)).isFalse();
  }

  @Test
  void releasedEventHeldAgainShouldHaveItsPlaceAgain() throws Exception {
    UUID third = UUID.randomUUID();
    store.hold(QUEUE, key, first);
    store.hold(QUEUE, key, second);
    store.hold(QUEUE, key, third);
    store.release(QUEUE, key, first);
    store.release(QUEUE, key, second);

    store.hold(QUEUE, key, first);

    assertThat(store.firstHeld(QUEUE, key)).contains(first);
    assertThat(store.isReleased(QUEUE, key, first)).isFalse();
    assertThat(store.isReleased(QUEUE, key, second)).isFalse();
    store.hold(QUEUE, key, second);
    store.release(QUEUE, key, first);
    assertThat(store.firstHeld(QUEUE, key)).contains(second);
    assertThat(store.releaseAll(QUEUE, key)).isEqualTo(2);
  }

  @Test
  void keyThatIsFreeShouldForgetItsEvents() throws Exception {
    store.hold(QUEUE, key, first);
    store.hold(QUEUE, key, second);
    store.release(QUEUE, key, first);
    store.release(QUEUE, key, second);

    assertThat(store.isReleased(QUEUE, key, first)).isFalse();
    store.hold(QUEUE, key, second);
    store.hold(QUEUE, key, first);
    assertThat(store.firstHeld(QUEUE, key)).contains(second);
  }
}
