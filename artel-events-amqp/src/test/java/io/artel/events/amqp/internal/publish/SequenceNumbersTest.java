package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SequenceNumbersTest {

  private static final UUID KEY = UUID.fromString("00000000-0000-0000-0000-0000000000b2");

  private final SequenceNumbers numbers = create(2);

  private static SequenceNumbers create(int keys) {
    return Objects.requireNonNull(SequenceNumbers.of(keys));
  }

  private static OutgoingMessage message(String type) {
    return new OutgoingMessage(
        "events",
        type,
        new BasicProperties.Builder().type(type).headers(Map.of("session_id", "b2")).build(),
        new byte[] {1},
        true);
  }

  private Map<String, Object> stamp(@Nullable UUID key, String type) {
    return numbers.stamp(message(type), key).properties().getHeaders();
  }

  @Test
  void eventsShouldBeNumberedByKeyAndByType() {
    assertThat(stamp(KEY, "pot")).containsEntry("sequence", 1L).containsEntry("session_id", "b2");
    assertThat(stamp(KEY, "foul"))
        .containsEntry("sequence", 2L)
        .containsEntry("sequence_of_type", 1L);
    assertThat(stamp(KEY, "pot"))
        .containsEntry("sequence", 3L)
        .containsEntry("sequence_of_type", 2L);
    assertThat(stamp(UUID.randomUUID(), "pot")).containsEntry("sequence", 1L);
  }

  @Test
  void anotherPublisherShouldHaveAnotherEpoch() {
    Object epoch = stamp(KEY, "pot").get(Headers.SEQUENCE_EPOCH);

    assertThat(stamp(KEY, "pot")).containsEntry(Headers.SEQUENCE_EPOCH, epoch);
    assertThat(create(2).stamp(message("pot"), KEY).properties().getHeaders())
        .doesNotContainEntry(Headers.SEQUENCE_EPOCH, epoch);
  }

  @Test
  void forgottenKeyShouldBeginAnotherEpoch() {
    Object epoch = stamp(KEY, "pot").get(Headers.SEQUENCE_EPOCH);
    stamp(UUID.randomUUID(), "pot");
    stamp(UUID.randomUUID(), "pot");

    assertThat(stamp(KEY, "pot"))
        .containsEntry("sequence", 1L)
        .containsEntry("sequence_of_type", 1L)
        .doesNotContainEntry(Headers.SEQUENCE_EPOCH, epoch);
  }

  @Test
  void keyWithTooManyTypesShouldBeginAnotherEpoch() {
    Object epoch = null;
    for (int i = 0; i < 64; i++) {
      epoch = stamp(KEY, "type-" + i).get(Headers.SEQUENCE_EPOCH);
    }

    assertThat(stamp(KEY, "type-63")).containsEntry(Headers.SEQUENCE_EPOCH, epoch);
    assertThat(stamp(KEY, "type-64"))
        .containsEntry("sequence", 1L)
        .doesNotContainEntry(Headers.SEQUENCE_EPOCH, epoch);
  }

  @Test
  void messageWithoutKeyShouldStayAsItIs() {
    OutgoingMessage message = message("pot");

    assertThat(numbers.stamp(message, null)).isSameAs(message);
    assertThat(SequenceNumbers.of(0)).isNull();
  }
}
