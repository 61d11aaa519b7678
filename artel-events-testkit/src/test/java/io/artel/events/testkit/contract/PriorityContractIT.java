package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the priority of messages changes their order. Bodies begin with the message's priority. */
@OnEveryBroker
class PriorityContractIT extends DeliveryContract {
  private static final Map<String, Object> FIVE_LEVELS = Map.of("x-max-priority", 5);

  PriorityContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void higherPrioritiesComeFirstAndEachLevelInOrder() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "1a", "5a", "3a", "1b", "5b", "3b", "0a");
    assertThat(drain(queue, 7)).containsExactly("5a", "5b", "3a", "3b", "1a", "1b", "0a");
  }

  @Test
  void priorityAboveTheMaximumIsTheMaximum() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "4a", "5a", "9a", "5b");
    assertThat(drain(queue, 4)).containsExactly("5a", "9a", "5b", "4a");
  }

  @Test
  void clampedPriorityArrivesAsPublished() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "9a");
    assertThat(next(queue).getProps().getPriority()).isEqualTo(9);
  }

  @Test
  void missingPriorityIsTheLowest() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publish(queue, "none");
    publishByPriority(queue, "1a", "0a");
    assertThat(drain(queue, 3)).containsExactly("1a", "none", "0a");
  }

  @Test
  void classicQueueWithoutMaximumIgnoresPriorities() throws Exception {
    String queue = classic();
    publishByPriority(queue, "1a", "9a", "5a");
    assertThat(drain(queue, 3)).containsExactly("1a", "9a", "5a");
  }

  @Test
  void consumerIsServedByPriority() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "1a", "5a", "3a");
    Channel channel = channel();
    channel.basicQos(1);
    DeliveryTape tape = consume(channel, queue);
    tape.awaitBodies("5a");
    publishByPriority(queue, "4a");
    channel.basicAck(tape.tag(0), false);
    tape.awaitBodies("5a", "4a");
  }

  @Test
  void returnedMessageTakesItsPlaceWithinItsPriority() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "5a", "5b", "3a");
    Channel channel = channel();
    GetResponse first = next(channel, queue);
    next(channel, queue);
    channel.basicReject(first.getEnvelope().getDeliveryTag(), true);
    awaitReady(queue, 2);
    publishByPriority(queue, "5c");
    channel.close();
    assertThat(drain(queue, 4)).containsExactly("5a", "5b", "5c", "3a");
  }

  @Test
  void readyMessagesOfAllPrioritiesAreCountedAndPurged() throws Exception {
    String queue = classic(FIVE_LEVELS);
    publishByPriority(queue, "0a", "1a", "5a");
    assertThat(ready(queue)).isEqualTo(3);
    assertThat(channel().queuePurge(queue).getMessageCount()).isEqualTo(3);
  }

  @Test
  void messageExpiresOnlyWhenNoHigherPriorityIsBeforeIt() throws Exception {
    String dead = classic();
    String queue = classic(to(dead, "x-max-priority", 5));
    publish(queue, properties().priority(5).build(), "high");
    publish(queue, properties().priority(1).expiration("100").build(), "low");
    // The message in another queue expires later, and tells that the time of this one is over.
    publish(classic(to(dead)), properties().expiration("150").build(), "other");
    assertThat(drain(dead, 1)).containsExactly("other");
    assertThat(ready(queue)).isEqualTo(2);
    assertThat(body(next(queue))).isEqualTo("high");
    assertThat(drain(dead, 1)).containsExactly("low");
  }

  @Test
  void quorumQueueKnowsTwoLevelsFrom40AndAllFrom43() throws Exception {
    String queue = quorum();
    publishByPriority(queue, "1a", "5a", "9a", "4a", "3a", "6a", "2a", "7a");
    if (broker.since("4.3")) {
      assertThat(drain(queue, 8)).containsExactly("9a", "7a", "6a", "5a", "4a", "3a", "2a", "1a");
    } else if (broker.since("4.0")) {
      // Two of the high ones, five and above, then one of the rest.
      assertThat(drain(queue, 8)).containsExactly("5a", "9a", "1a", "6a", "7a", "4a", "3a", "2a");
    } else {
      assertThat(drain(queue, 8)).containsExactly("1a", "5a", "9a", "4a", "3a", "6a", "2a", "7a");
    }
  }

  @Test
  void quorumQueueKeepsOrderWithinALevel() throws Exception {
    String queue = quorum();
    publishByPriority(queue, "7a", "7b", "7c", "7d");
    assertThat(drain(queue, 4)).containsExactly("7a", "7b", "7c", "7d");
  }

  @Test
  void missingPriorityInAQuorumQueueIsFourFrom43() throws Exception {
    String queue = quorum();
    publishByPriority(queue, "3a", "4a");
    publish(queue, "none");
    publishByPriority(queue, "4b", "5a");
    if (broker.since("4.3")) {
      assertThat(drain(queue, 5)).containsExactly("5a", "4a", "none", "4b", "3a");
    } else if (broker.since("4.0")) {
      assertThat(drain(queue, 5)).containsExactly("5a", "3a", "4a", "none", "4b");
    } else {
      assertThat(drain(queue, 5)).containsExactly("3a", "4a", "none", "4b", "5a");
    }
  }

  @Test
  void prioritiesAbove31AreOneLevelInAQuorumQueueFrom43() throws Exception {
    String queue = quorum();
    publish(queue, properties().priority(31).build(), "31");
    publish(queue, properties().priority(200).build(), "200");
    publish(queue, properties().priority(30).build(), "30");
    publish(queue, properties().priority(31).build(), "31 again");
    assertThat(drain(queue, 4))
        .containsExactlyElementsOf(
            broker.since("4.3")
                ? List.of("31", "200", "31 again", "30")
                : List.of("31", "200", "30", "31 again"));
  }

  @Test
  void returnedMessageOfAQuorumQueueComesBeforeHigherPriorities() throws Exception {
    String queue = quorum(Map.of("x-delivery-limit", 9));
    publishByPriority(queue, "1a", "1b");
    Channel channel = channel();
    long tag = next(channel, queue).getEnvelope().getDeliveryTag();
    publishByPriority(queue, "9a");
    channel.basicReject(tag, true);
    assertThat(drain(queue, 3)).startsWith("1a");
  }

  private void publishByPriority(String queue, String... bodies) throws Exception {
    for (String body : bodies) {
      publish(queue, properties().priority(body.charAt(0) - '0').build(), body);
    }
  }
}
