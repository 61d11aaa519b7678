package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.EmbeddedBroker;

/**
 * The embedded broker waits for acknowledgements for ever, and so is told when it has had enough.
 */
class LostConsumersTest extends LostConsumers {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void closeChannels(String queue) {
    String text = "PRECONDITION_FAILED - unknown delivery tag 999999";
    assertThat(broker.faults().closeConsumerChannels(queue, 406, text)).isEqualTo(1);
  }

  @Override
  void cut() {
    broker.faults().cutConnections();
  }

  @Override
  void losePatience() {}

  @Override
  void waitedTooLong(String queue) {
    String source = TOPOLOGY.find(queue).orElseThrow().sources().get(0);
    assertThat(broker.faults().cancelConsumers(source)).isEqualTo(1);
  }

  @Override
  void permit(String write, String read) {
    broker.permit("guest", "/", ".*", write, read);
  }

  @Override
  void endBroker() {
    broker.close();
  }
}
