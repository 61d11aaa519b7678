package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artel.events.Event;
import io.artel.events.EventPublisher;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.testkit.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the embedded broker also what goes wrong. */
class BatchPublishingTest extends BatchPublishing {

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
  void refusedBatchShouldBeSentAgainWithAllItsEvents() {
    EventPublisher publisher = connect(TOGETHER).publisher();
    broker.faults().onPublish().nack();

    List<PublishReceipt> receipts = publisher.publishAll(orders(3));

    assertThat(receipts).extracting(PublishReceipt::attempts).containsExactly(2, 2, 2);
  }

  @Test
  void refusedBatchShouldBeRejectedEventByEvent() {
    EventPublisher publisher =
        connect(settings(TOGETHER).publishRetries(0, Duration.ofMillis(1))).publisher();
    broker.faults().onPublish().nack();
    List<Event<Order>> events = orders(3);

    assertThatExceptionOfType(PublishException.class)
        .isThrownBy(() -> publisher.publishAll(events))
        .satisfies(
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.REJECTED);
              assertThat(e.eventId()).isEqualTo(events.get(0).id());
              assertThat(e.getSuppressed())
                  .extracting(other -> ((PublishException) other).eventId())
                  .containsExactly(events.get(1).id(), events.get(2).id());
            });
    assertThat(publisher.publishAll(orders(3))).hasSize(3);
  }

  @Test
  void batchShouldBeSentAgainAfterALostConnectionAndEveryReceiptSayIt() {
    EventPublisher publisher = connect(TOGETHER).publisher();
    broker.faults().onSending("basic.ack").cut();

    List<PublishReceipt> receipts = publisher.publishAll(orders(3));

    assertThat(receipts).extracting(PublishReceipt::attempts).containsExactly(2, 2, 2);
    assertThat(broker.queue("orders.queue").ready()).isEqualTo(2);
  }
}
