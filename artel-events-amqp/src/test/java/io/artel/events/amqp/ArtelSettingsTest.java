package io.artel.events.amqp;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.Batching;
import io.artel.events.amqp.internal.connection.Address;
import io.artel.events.amqp.internal.connection.Endpoint;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArtelSettingsTest {

  private static final String PASSWORD = "Tr0ub4dor";

  @Test
  void nothingGivenShouldMeanGuestOnLocalhost() {
    Endpoint endpoint = settings(builder -> builder).endpoint();

    assertThat(endpoint.addresses()).containsExactly(new Address("localhost", 5672));
    assertThat(endpoint.username()).isEqualTo("guest");
    assertThat(endpoint.password()).isEqualTo("guest");
    assertThat(endpoint.virtualHost()).isEqualTo("/");
    assertThat(endpoint.tls()).isNull();
    assertThat(endpoint.verifyHostname()).isTrue();
  }

  @Test
  void singlePartsShouldWinOverTheUri() {
    Endpoint endpoint =
        settings(
                builder ->
                    builder
                        .virtualHost("mine")
                        .credentials("bob", "hidden")
                        .address("one", 1)
                        .address("two", 2)
                        .uri("amqp://ann:secret@broker:1234/shop"))
            .endpoint();

    assertThat(endpoint.addresses()).containsExactly(new Address("one", 1), new Address("two", 2));
    assertThat(endpoint.username()).isEqualTo("bob");
    assertThat(endpoint.password()).isEqualTo("hidden");
    assertThat(endpoint.virtualHost()).isEqualTo("mine");
  }

  @Test
  void usualPortShouldFollowTls() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");

    assertThat(settings(ArtelSettings.Builder::tls).endpoint().addresses())
        .containsExactly(new Address("localhost", 5671));
    assertThat(settings(b -> b.uri("amqp://broker").tls(context)).endpoint().addresses())
        .containsExactly(new Address("broker", 5671));
    assertThat(settings(b -> b.uri("amqp://broker:5672").tls(context)).endpoint().addresses())
        .containsExactly(new Address("broker", 5672));
    assertThat(settings(b -> b.uri("amqps://broker")).endpoint().tls()).isNotNull();
  }

  static Stream<Arguments> durations() {
    return Stream.of(
        duration("connectTimeout", ArtelSettings.Builder::connectTimeout, ofMillis(1)),
        duration("lowPriorityTtl", ArtelSettings.Builder::lowPriorityTtl, ofMillis(1)),
        duration("enqueueTimeout", ArtelSettings.Builder::enqueueTimeout, ofMillis(1)),
        duration("publishTimeout", ArtelSettings.Builder::publishTimeout, ofMillis(1)),
        duration("confirmTimeout", ArtelSettings.Builder::confirmTimeout, ofMillis(1)),
        duration("closeTimeout", ArtelSettings.Builder::closeTimeout, ZERO));
  }

  private static Arguments duration(
      String name,
      BiFunction<ArtelSettings.Builder, Duration, ArtelSettings.Builder> option,
      Duration least) {
    return Arguments.of(name, option, least);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("durations")
  void durationOutOfRangeShouldBeRefusedByNameAndValue(
      String name,
      BiFunction<ArtelSettings.Builder, Duration, ArtelSettings.Builder> option,
      Duration least) {
    for (Duration wrong :
        new Duration[] {
          least.minusNanos(1), ofSeconds(-1), ofSeconds(Long.MAX_VALUE), Duration.ofDays(25)
        }) {
      ArtelSettings.Builder builder = option.apply(ArtelSettings.builder(), wrong);

      assertThatThrownBy(builder::build)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name)
          .hasMessageContaining(wrong.toString());
    }
    if (!name.equals("publishTimeout")) { // which the confirmTimeout bounds as well
      option.apply(ArtelSettings.builder(), least).build();
    }
    if (!name.equals("lowPriorityTtl")) { // where null is for ever
      assertThatThrownBy(() -> option.apply(ArtelSettings.builder(), null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage(name);
    }
  }

  @Test
  void heartbeatShouldBeWholeSecondsOrNone() {
    for (Duration wrong :
        new Duration[] {ofMillis(500), ofSeconds(-1), ofSeconds(65_536), ofMillis(1500)}) {
      assertThatThrownBy(() -> settings(b -> b.heartbeat(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("heartbeat")
          .hasMessageContaining(wrong.toString());
    }
    assertThat(settings(b -> b.heartbeat(ZERO)).endpoint().heartbeat()).isZero();
    settings(b -> b.heartbeat(ofSeconds(1)));
    settings(b -> b.heartbeat(ofSeconds(65_535)));
  }

  @Test
  void confirmTimeoutAbovePublishTimeoutShouldBeRefusedWithBothValues() {
    assertThatThrownBy(
            () -> settings(b -> b.confirmTimeout(ofSeconds(7)).publishTimeout(ofSeconds(6))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("confirmTimeout", "PT7S", "publishTimeout", "PT6S");
    settings(b -> b.confirmTimeout(ofSeconds(6)).publishTimeout(ofSeconds(6)));
  }

  @Test
  void otherOptionsOutOfRangeShouldBeRefusedByNameAndValue() {
    assertThatThrownBy(() -> settings(b -> b.maxInFlight(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("maxInFlight", "0");
    assertThatThrownBy(() -> settings(b -> b.name(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
    assertThatThrownBy(() -> settings(b -> b.name("x".repeat(129))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("name", "129", "128");
    assertThatThrownBy(() -> settings(ArtelSettings.Builder::withoutHostnameVerification))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("withoutHostnameVerification", "tls()", "amqps://");
    assertThatThrownBy(() -> ArtelSettings.builder().address("broker", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }

  @Test
  void noTextShouldContainThePassword() {
    ArtelSettings settings =
        settings(
            b ->
                b.uri("amqp://ann:" + PASSWORD + "@broker/shop")
                    .managementUri("http://ann:" + PASSWORD + "@broker:15672"));

    assertThat(settings.endpoint().password()).isEqualTo(PASSWORD);
    assertThat(settings).hasToString("artel-events → amqp://ann@broker:5672 vhost 'shop'");
    assertThat(settings.endpoint().toString()).doesNotContain(PASSWORD);
    assertThat(String.valueOf(settings.management())).doesNotContain(PASSWORD);
    assertThat(settings(b -> b.credentials("ann", PASSWORD)).toString()).doesNotContain(PASSWORD);
  }

  @Test
  void errorsShouldNotRepeatTheUri() {
    assertThatThrownBy(() -> settings(b -> b.uri("amqp://ann:" + PASSWORD + "@x@y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(PASSWORD)
        .hasNoCause();
    assertThatThrownBy(() -> settings(b -> b.managementUri("http:ann:" + PASSWORD + "@y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(PASSWORD)
        .hasNoCause();
  }

  @Test
  void aReconnectBackoffThatShrinksShouldBeRefused() {
    assertThatThrownBy(
            () -> settings(builder -> builder.reconnectBackoff(ofSeconds(2), ofSeconds(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("reconnectBackoff first (PT2S) must not exceed longest (PT1S)");
  }

  private static ArtelSettings settings(UnaryOperator<ArtelSettings.Builder> options) {
    return options.apply(ArtelSettings.builder()).build();
  }

  @Test
  void batchesShouldFitIntoWhatMayBeInFlight() {
    ArtelSettings.Builder settings =
        ArtelSettings.builder().batching(Batching.upTo(100)).maxInFlight(99);

    assertThatThrownBy(settings::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("maxEvents (100)", "maxInFlight (99)");
    assertThat(settings.maxInFlight(100).build().batching()).isEqualTo(Batching.upTo(100));
    assertThat(ArtelSettings.builder().build().batching()).isNull();
  }
}
