package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.testkit.EmbeddedBroker;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EventsAtOnceTest extends EventsAtOnce {

  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @Override
  String uri() {
    return broker.amqpUri();
  }

  @Override
  void endBroker() {
    broker.close();
  }

  @Test
  void whatWaitedOnALostChannelShouldBeHandledOnce() throws Exception {
    CountDownLatch noted = new CountDownLatch(1);
    artel
        .subscribe("orders.queue")
        .workers(1) // one after the other: when the note is handled, the others wait
        .on(NOTED, (event, context) -> noted.countDown())
        .onBatch(PLACED, 6, NEVER, (events, context) -> calls.add(amounts(events)))
        .start();
    publishOneByOne(3);
    publisher.publish(NOTED.event(new Note("these wait")));
    noted.await();

    assertThat(broker.faults().closeConsumerChannels("orders.queue", 406, "for a test"))
        .isEqualTo(1);

    await().until(() -> !calls.isEmpty()); // the three come again, and make the batch full
    assertThat(calls).containsExactly(List.of(0, 1, 2));
    broker.queue("orders.queue").awaitDrained();
  }
}
