package io.artel.events.examples.play;

import io.artel.events.testkit.RabbitMq;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass(name = "{0}", allowZeroInvocations = true, autoCloseArguments = false)
@ArgumentsSource(RealBrokers.class)
class PlayThroughInstanceRestartsIT extends PlayThroughInstanceRestarts {

  private final RabbitMq broker;

  PlayThroughInstanceRestartsIT(RabbitMq broker) {
    this.broker = broker;
  }

  @Override
  String uri() {
    return broker.createVhost("instances-" + UUID.randomUUID());
  }
}
