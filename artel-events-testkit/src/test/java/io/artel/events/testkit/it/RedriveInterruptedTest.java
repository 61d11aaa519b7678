package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.BrokerFaults;
import io.artel.events.testkit.EmbeddedBroker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedriveInterruptedTest extends RedriveInterrupted {

  private static final int LETTERS = 24;

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void endBroker() {
    broker.close();
  }

  /** Whatever a redrive says or hears: broken there, the first time, the second, and so on. */
  @ParameterizedTest
  @CsvSource({
    "receiving, basic.publish, 24",
    "sending, basic.ack, 1",
    "receiving, basic.ack, 24",
    "receiving, basic.reject, 24",
    "receiving, queue.declare, 11",
    "receiving, basic.consume, 2",
    "receiving, channel.open, 10",
    "receiving, channel.close, 3",
    "sending, basic.deliver, 48"
  })
  void nothingShouldBeLostOrDoubled(String direction, String method, int times) throws Exception {
    connect();
    Raw raw = raw();
    int broken = 0;
    for (int skipped = 0; skipped < times; skipped++) {
      BrokerFaults faults = broker.faults();
      var fault =
          direction.equals("sending") ? faults.onSending(method) : faults.onReceiving(method);
      fault.onConnection(name -> name.contains("dead letters")).skip(skipped).cut();
      if (redriveTwice(uri(), raw, LETTERS)) {
        broken++;
      }
      faults.clear();
    }
    assertThat(broken).as(method).isPositive();
  }
}
