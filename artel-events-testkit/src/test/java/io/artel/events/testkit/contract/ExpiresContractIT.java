package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When {@code x-expires} deletes a queue. */
@OnEveryBroker
class ExpiresContractIT extends DeliveryContract {
  private static final int MILLIS = 300;
  private static final Map<String, Object> EXPIRES = Map.of("x-expires", MILLIS);
  // For queues in use: long enough that a slow machine uses them in time.
  private static final Map<String, Object> EXPIRES_LATER = Map.of("x-expires", 4 * MILLIS);

  ExpiresContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void unusedQueueIsDeletedButNotBeforeItsTime() throws Exception {
    onBothTypes(
        type -> {
          Instant before = Instant.now();
          String queue = queue(type, EXPIRES);
          awaitGone(queue);
          assertThat(Duration.between(before, Instant.now()))
              .isGreaterThan(Duration.ofMillis(MILLIS - 1));
        });
  }

  @Test
  void messagesDoNotKeepAQueueAndAreNotDeadLettered() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-expires", MILLIS));
          publish(queue, "0");
          awaitGone(queue);
          assertThat(ready(dead)).isZero();
        });
  }

  @Test
  void consumerKeepsAQueue() throws Exception {
    String queue = classic(EXPIRES);
    DeliveryTape tape = consume(channel(), queue);
    // A queue of the same limit, declared later and unused, tells that the time is over.
    awaitGone(classic(EXPIRES));
    publish(queue, "0");
    tape.awaitBodies("0");
  }

  @Test
  void queueIsDeletedAfterItsLastConsumerLeft() throws Exception {
    String queue = classic(EXPIRES_LATER);
    Channel channel = channel();
    DeliveryTape tape = consume(channel, queue);
    awaitGone(classic(EXPIRES_LATER));
    channel.basicCancel(tape.getConsumerTag());
    assertThat(exists(queue)).isTrue();
    awaitGone(queue);
  }

  @Test
  void getKeepsAQueue() throws Exception {
    String queue = classic(EXPIRES_LATER);
    Channel channel = channel();
    whileAnotherExpires(() -> assertThat(channel.basicGet(queue, true)).isNull());
    assertThat(exists(queue)).isTrue();
  }

  @Test
  void declareKeepsAQueue() throws Exception {
    String queue = classic(EXPIRES_LATER);
    whileAnotherExpires(() -> declare(queue, CLASSIC, EXPIRES_LATER));
    assertThat(exists(queue)).isTrue();
  }

  @Test
  void passiveDeclareKeepsAClassicQueue() throws Exception {
    String queue = classic(EXPIRES_LATER);
    whileAnotherExpires(() -> assertThat(ready(queue)).isZero());
    assertThat(exists(queue)).isTrue();
  }

  @Test
  void passiveDeclareDoesNotKeepAQuorumQueue() throws Exception {
    String queue = quorum(EXPIRES);
    eventually(
        () ->
            assertThatThrownBy(() -> ready(queue))
                .rootCause()
                .hasMessageContaining("NOT_FOUND - no queue '" + queue + "' in vhost '/'"));
  }

  /** Repeats a call until an unused queue of the same limit, declared now, is gone. */
  private void whileAnotherExpires(Call call) throws Exception {
    String other = classic(EXPIRES_LATER);
    eventually(
        () -> {
          call.run();
          assertThat(exists(other)).isFalse();
        });
  }

  /** Waits for the end of a queue without any use of it. */
  private void awaitGone(String queue) {
    eventually(() -> assertThat(exists(queue)).isFalse());
  }

  /**
   * {@return whether there is such a queue} A binding tells, which does not count as use. RabbitMQ
   * may end a connection that binds a queue in the moment of its end, so none of the test's own is
   * used.
   */
  private boolean exists(String queue) throws Exception {
    try (Connection connection = factory().newConnection("a look")) {
      connection.createChannel().queueBind(queue, "amq.direct", queue);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
