package io.artel.events.examples.play;

import io.artel.events.testkit.RabbitMq;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass(name = "{0}", allowZeroInvocations = true, autoCloseArguments = false)
@ArgumentsSource(RealBrokers.class)
class RolledBackIT extends RolledBack {

  private final RabbitMq broker;

  RolledBackIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Override
  BrokerAddress address() {
    return new BrokerAddress(broker.createVhost("undo-" + UUID.randomUUID()), null);
  }
}
