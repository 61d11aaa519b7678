package io.artel.events.amqp;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.amqp.internal.connection.Endpoint;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BrokerGroupTest {

  private static final BrokerGroup GROUP =
      BrokerGroup.of("amqp://ann:Tr0ub4dor@east", "amqp://west:1234/shop");

  @Test
  void membersShouldBeNamedByWhereTheyAre() {
    assertThat(GROUP.members()).containsExactly("east:5672", "west:1234/shop");
    assertThat(BrokerGroup.of("amqps://east", "amqps://west").members())
        .containsExactly("east:5671", "west:5671");
    assertThat(GROUP).hasToString("brokers east:5672, west:1234/shop");
    assertThat(GROUP.roundRobin()).hasToString("brokers east:5672, west:1234/shop in turn");
  }

  @Test
  void settingsShouldHaveAnEndpointForEachMember() {
    ArtelSettings settings =
        settings(builder -> builder.brokers(GROUP).credentials("bob", "hidden"));

    assertThat(settings.endpoints())
        .extracting(Endpoint::member)
        .containsExactly("east:5672", "west:1234/shop");
    assertThat(settings.endpoints()).extracting(Endpoint::username).containsOnly("bob");
    assertThat(settings.endpoints()).extracting(Endpoint::virtualHost).containsExactly("/", "shop");
    assertThat(settings.toString()).contains("east:5672").doesNotContain("hidden");
  }

  @Test
  void aGroupShouldHaveSeveralDifferentMembers() {
    assertThatThrownBy(() -> BrokerGroup.of("amqp://east"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 1");
    assertThatThrownBy(() -> BrokerGroup.of("amqp://ann:Tr0ub4dor@east", "amqp://east:5672/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("member east:5672 more than once")
        .hasMessageNotContaining("Tr0ub4dor");
    assertThatThrownBy(() -> GROUP.failOverAfter(ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("failOverAfter is PT-1S");
  }

  @Test
  void whatContradictsAGroupShouldBeRefused() {
    refused(builder -> builder.uri("amqp://north"), "leave out uri(…), address(…)");
    refused(builder -> builder.address("north", 1), "leave out uri(…), address(…)");
    refused(builder -> builder.virtualHost("other"), "virtualHost(…)");
    refused(ArtelSettings.Builder::tls, "member east:5672 begins with amqp://");
    refused(builder -> builder.managementUri("http://north"), "managementUri is of one broker");
    refused(
        builder -> builder.brokers(GROUP.failOverAfter(ofSeconds(31))),
        "failOverAfter (PT31S) must not exceed publishTimeout (PT30S)");
  }

  private static void refused(UnaryOperator<ArtelSettings.Builder> option, String text) {
    assertThatThrownBy(() -> settings(builder -> option.apply(builder.brokers(GROUP))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageNotContaining("Tr0ub4dor");
  }

  private static ArtelSettings settings(UnaryOperator<ArtelSettings.Builder> options) {
    return options.apply(ArtelSettings.builder()).build();
  }
}
