package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Payloads.Ball;
import io.artel.events.Payloads.Nothing;
import org.junit.jupiter.api.Test;

class EventCatalogTest {

  private static final EventType<Nothing> FIRST = EventType.of("z.first", Nothing.class);
  private static final EventType<Ball> SECOND = EventType.of("a.second", Ball.class);

  @Test
  void typesShouldBeFoundByNameAndListedInOrder() {
    EventCatalog catalog = EventCatalog.of(FIRST, SECOND);

    assertThat(catalog.find("a.second")).contains(SECOND);
    assertThat(catalog.find("a.third")).isEmpty();
    assertThat(catalog.types()).containsExactly(FIRST, SECOND);
    assertThat(catalog).hasToString("[z.first, a.second]");
    assertThat(EventCatalog.empty().types()).isEmpty();
  }

  @Test
  void sameTypeTwiceShouldBeOneType() {
    EventCatalog catalog = EventCatalog.of(FIRST, EventType.of("z.first", Nothing.class));

    assertThat(catalog.types()).containsExactly(FIRST);
    assertThat(catalog.with(FIRST).types()).containsExactly(FIRST);
  }

  @Test
  void differentTypesOfOneNameShouldBeRefusedWithBothClasses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCatalog.of(FIRST, EventType.of("z.first", Ball.class)))
        .withMessageContaining("z.first")
        .withMessageContaining(Nothing.class.getName())
        .withMessageContaining(Ball.class.getName());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventCatalog.of(FIRST).with(FIRST.priority(EventPriority.LOW)));
  }

  @Test
  void catalogShouldNotChange() {
    EventCatalog catalog = EventCatalog.of(FIRST);

    assertThat(catalog.with(SECOND).types()).containsExactly(FIRST, SECOND);
    assertThat(catalog.types()).containsExactly(FIRST);
    assertThatThrownBy(() -> catalog.types().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
