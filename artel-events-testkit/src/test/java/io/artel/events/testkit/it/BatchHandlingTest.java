package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.EmbeddedBroker;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** On the embedded broker also what goes wrong. */
class BatchHandlingTest extends BatchHandling {

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
  void lostChannelShouldBringTheWholeBatchAgainAndItBeAcknowledgedThen() {
    ArtelEvents artel = connect(TOGETHER);
    CompletableFuture<Void> never = new CompletableFuture<>();
    Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    artel
        .subscribe("orders.queue")
        .on(
            PLACED,
            (event, context) -> {
              seen.add(event.data().amount());
              if (event.data().amount() == 1 && !context.redelivered()) {
                context.await(never);
              }
            })
        .start();
    artel.publisher().publishAll(orders(3));
    await().until(() -> counted("rabbitmq.events.processed", "status", "success") == 2);

    assertThat(broker.faults().closeConsumerChannels("orders.queue", 406, "for a test"))
        .isEqualTo(1);

    await().until(() -> seen.size() == 6);
    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 0, 1, 2);
    broker.queue("orders.queue").awaitDrained();
  }
}
