package io.artel.events.amqp.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashGuardTest {

  private static final Envelope FIRST = new Envelope(1, false, "", "queue");
  private static final Envelope AGAIN = new Envelope(1, true, "", "queue");

  private final CrashGuard quorum = new CrashGuard(true);
  private final CrashGuard classic = new CrashGuard(false);

  @Test
  void messageThatCameBackThriceShouldBeSuspect() {
    assertThat(quorum.suspects(AGAIN, message("a", 2), 0)).isFalse();
    assertThat(quorum.suspects(AGAIN, message("a", 3), 0)).isTrue();
    assertThat(quorum.suspects(AGAIN, message("a", 20L), 0)).isTrue();
  }

  @Test
  void whatThisProcessLostItselfShouldNotCount() {
    assertThat(quorum.suspects(AGAIN, message("a", 5), 3)).isFalse();
    assertThat(quorum.suspects(AGAIN, message("a", 6), 3)).isTrue();
    assertThat(quorum.suspects(AGAIN, message("a", 6), 1_000)).isFalse();
    assertThat(classic.suspects(AGAIN, message("a", null), 3)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 1_000_000, Integer.MAX_VALUE})
  void headerOfAPublisherShouldNotMakeItsMessageSuspect(int forged) {
    assertThat(quorum.suspects(FIRST, message("a", forged), 0)).isFalse();
  }

  @Test
  void redeliveryShouldBeEnoughWhereNobodyCounts() {
    assertThat(classic.suspects(FIRST, message("a", null), 0)).isFalse();
    assertThat(classic.suspects(AGAIN, message("a", null), 0)).isTrue();
    assertThat(quorum.suspects(AGAIN, message("a", null), 0)).isFalse();
  }

  @Test
  void messageThatDidNoHarmShouldNotBeSuspectAgain() {
    quorum.survived("a");
    quorum.survived(null);

    assertThat(quorum.suspects(AGAIN, message("a", 5), 0)).isFalse();
    assertThat(quorum.suspects(AGAIN, message("b", 5), 0)).isTrue();
    assertThat(quorum.suspects(AGAIN, message(null, 5), 0)).isTrue();
  }

  @Test
  void onlyTheLatestThousandShouldBeRemembered() {
    for (int i = 0; i <= 1000; i++) {
      quorum.survived("m" + i);
    }

    assertThat(quorum.suspects(AGAIN, message("m0", 5), 0)).isTrue();
    assertThat(quorum.suspects(AGAIN, message("m1", 5), 0)).isFalse();
    assertThat(quorum.suspects(AGAIN, message("m1000", 5), 0)).isFalse();
  }

  private static BasicProperties message(@Nullable String id, @Nullable Number deliveries) {
    BasicProperties.Builder properties = new BasicProperties.Builder().messageId(id);
    if (deliveries != null) {
      properties.headers(Map.of("x-delivery-count", deliveries));
    }
    return properties.build();
  }
}
