package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.testkit.BrokerUnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerFinderTest {
  private static final String NO_SUCH_VERSION = "99.1";

  @Test
  void missingVersionShouldBeEmptyOrASentenceThatSaysHowToGetIt() {
    BrokerFinder finder = new BrokerFinder(Map.of());

    assertThat(finder.find(NO_SUCH_VERSION)).isEmpty();
    assertThatThrownBy(() -> finder.shared(NO_SUCH_VERSION))
        .isInstanceOfSatisfying(
            BrokerUnavailableException.class, e -> assertThat(e.missing()).isTrue())
        .hasMessageContaining("RabbitMQ 99.1 is not on this machine")
        .hasMessageContaining("./artel test --install")
        .hasMessageContaining("ARTEL_AMQP_URI");
  }

  @Test
  void namedBrokerThatDoesNotAnswerShouldBeAnErrorWithoutPassword() {
    String uri = "amqp://user:secret@127.0.0.1:" + Ports.free();

    assertThatThrownBy(() -> new BrokerFinder(Map.of("ARTEL_AMQP_URI", uri)).findAny())
        .isInstanceOfSatisfying(
            BrokerUnavailableException.class, e -> assertThat(e.missing()).isFalse())
        .hasMessageContaining("ARTEL_AMQP_URI")
        .hasMessageContaining("127.0.0.1")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://user:secret@:wrong:",
        "amqp://user:secret@host:port",
        "http://secret:1",
        "x y"
      })
  void malformedUriShouldBeAnErrorWithoutPassword(String uri) {
    assertThatThrownBy(() -> new BrokerFinder(Map.of("ARTEL_AMQP_URI", uri)).findAny())
        .isInstanceOf(BrokerUnavailableException.class)
        .hasMessageContaining("ARTEL_AMQP_URI is not of the form amqp://user:password@host:port")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}
