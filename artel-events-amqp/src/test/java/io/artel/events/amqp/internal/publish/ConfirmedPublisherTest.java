package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.Backoff;
import io.artel.events.amqp.internal.connection.Connector;
import io.artel.events.amqp.internal.connection.Endpoint;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfirmedPublisherTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int PATIENCE_SECONDS = 20;

  private final Background timer = new Background("timer", 1);
  private final Background supervisor = new Background("supervisor", 1);
  private final ExecutorService callbacks = CallbackThreads.create("callbacks");
  private final FakeConnection broker = new FakeConnection();

  private final ConfirmedPublisher publisher =
      new ConfirmedPublisher(
          neverOpen(),
          new Limits(LONG, LONG, LONG, 0, LONG, false),
          new Window(10),
          null,
          null,
          new Tally(),
          new Meters(new SimpleMeterRegistry()),
          callbacks,
          timer,
          supervisor);

  /** It is told of connections by the tests. */
  private SupervisedConnection neverOpen() {
    Endpoint nowhere =
        new Endpoint(null, List.of(), "", "", "/", null, false, Duration.ZERO, Duration.ZERO);
    return new SupervisedConnection(
        new Connector(nowhere),
        "publishing",
        supervisor,
        null,
        new Backoff(LONG, LONG),
        status -> {});
  }

  @AfterEach
  void stop() {
    callbacks.shutdownNow();
    timer.stop();
    supervisor.stop();
  }

  private CompletableFuture<PublishReceipt> enqueue(String routingKey) {
    BasicProperties properties =
        new BasicProperties.Builder().messageId(UUID.randomUUID().toString()).build();
    return publisher.enqueue(
        new OutgoingMessage("exchange", routingKey, properties, new byte[0], true),
        new Subject(UUID.randomUUID(), "steps.taken", null));
  }

  private void publish(String routingKey) {
    var unused = enqueue(routingKey);
    publisher.sendReady();
  }

  /**
   * The broker answers the close by way of the I/O thread, which may just have a confirmation for
   * this publisher.
   */
  @Test
  void channelTooManyShouldBeClosedWhileOthersPublish() throws Exception {
    publisher.connected(broker.connection);
    CompletableFuture<Boolean> passed = new CompletableFuture<>();
    broker.whileClosing =
        () -> {
          Thread other = new Thread(() -> publish("meanwhile"));
          other.start();
          try {
            other.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            passed.complete(!other.isAlive());
          } catch (InterruptedException e) {
            passed.completeExceptionally(e);
          }
        };

    publisher.connected(broker.connection);

    assertThat(broker.channels).hasSize(2);
    assertThat(passed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Else the broker would count one message less on that channel than this publisher does. */
  @Test
  void whatIsPublishedUponARefusalByTheClientShouldGoToAnotherChannel() throws Exception {
    publisher.connected(broker.connection);
    CompletableFuture<String> refusal = new CompletableFuture<>();
    callbacks.execute(
        () -> {
          var unused =
              enqueue(FakeConnection.UNWRITABLE)
                  .whenComplete(
                      (receipt, failure) -> {
                        publish("next");
                        refusal.complete(failure.getMessage());
                      });
          publisher.sendReady();
        });
    assertThat(refusal.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("the client refuses it");

    publisher.connected(broker.connection);

    assertThat(broker.channels)
        .extracting(channel -> channel.published)
        .containsExactly(List.of(FakeConnection.UNWRITABLE), List.of("next"));
  }
}
