package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A broker that the environment names; here it names one of ours. */
@OnRealBrokers(ours = true)
class NamedBrokerIT {
  private final RabbitMq ours;
  private final RabbitMq named;

  NamedBrokerIT(RabbitMq ours) {
    this.ours = ours;
    this.named =
        new BrokerFinder(
                Map.of(
                    "ARTEL_AMQP_URI", ours.amqpUri(), "ARTEL_MANAGEMENT_URI", ours.managementUri()))
            .findAny()
            .orElseThrow();
  }

  @Test
  void versionShouldBeLearntFromTheBroker() {
    assertThat(named.version()).isEqualTo(ours.version());
    assertThat(named.port()).isEqualTo(ours.port());
  }

  @Test
  void otherVersionShouldBeLookedForElsewhere() {
    BrokerFinder finder = new BrokerFinder(Map.of("ARTEL_AMQP_URI", ours.amqpUri()));

    assertThat(finder.find(ours.version())).isPresent();
    assertThat(finder.find("99.1")).isEmpty();
    assertThat(finder.shared(ours.version())).isSameAs(finder.shared(ours.version()));
  }

  @Test
  void virtualHostShouldBeCreated() throws Exception {
    String name = "named " + UUID.randomUUID();

    assertThat(AmqpProbe.version(named.createVhost(name))).isEqualTo(ours.version());

    assertThat(ours.ctl("list_vhosts")).contains(name);
    ours.ctl("delete_vhost", name);
  }

  @Test
  void nothingShouldBeDoneToIt() throws Exception {
    Stream<ThrowingCallable> calls =
        Stream.of(
            named::start,
            named::stop,
            named::kill,
            named::restart,
            named::pause,
            named::resume,
            named::flush,
            () -> named.ctl("status"),
            () -> named.enablePlugin("rabbitmq_top"),
            () -> named.disablePlugin("rabbitmq_top"));
    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("ARTEL_AMQP_URI")
                    .hasMessageNotContaining("guest"));

    named.close();

    assertThat(AmqpProbe.version(ours.amqpUri())).isEqualTo(ours.version());
  }

  @Test
  void managementShouldBeAskedForWhereItIsNeeded() {
    RabbitMq bare =
        new BrokerFinder(Map.of("ARTEL_AMQP_URI", ours.amqpUri())).findAny().orElseThrow();

    assertThatThrownBy(bare::managementUri)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("ARTEL_MANAGEMENT_URI");
  }
}
