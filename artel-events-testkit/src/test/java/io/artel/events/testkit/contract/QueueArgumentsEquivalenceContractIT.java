package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How {@code queue.declare} compares its arguments with those of the queue that exists. */
@OnEveryBroker
class QueueArgumentsEquivalenceContractIT extends Contract {
  private static final Map<String, Object> NONE = Map.of();
  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

  QueueArgumentsEquivalenceContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void anotherNumberNamesBothValues() throws Exception {
    differs(
        Map.of("x-message-ttl", 10),
        Map.of("x-message-ttl", 20),
        "x-message-ttl",
        "received '20' but current is '10'");
  }

  @Test
  void aMissingArgumentNamesTheCurrentValueAndItsType() throws Exception {
    differs(
        Map.of("x-message-ttl", 10),
        NONE,
        "x-message-ttl",
        "received none but current is the value '10' of type 'signedint'");
  }

  @Test
  void anAddedArgumentNamesItsValueAndType() throws Exception {
    differs(
        NONE,
        Map.of("x-max-length", 10),
        "x-max-length",
        "received the value '10' of type 'signedint' but current is none");
  }

  @Test
  void theTypeNamesTheWidthOnTheWire() throws Exception {
    differs(
        Map.of("x-message-ttl", 10L),
        NONE,
        "x-message-ttl",
        "received none but current is the value '10' of type 'long'");
    differs(
        Map.of("x-message-ttl", (short) 10),
        NONE,
        "x-message-ttl",
        "received none but current is the value '10' of type 'short'");
    differs(
        Map.of("x-message-ttl", (byte) 10),
        NONE,
        "x-message-ttl",
        "received none but current is the value '10' of type 'byte'");
  }

  @Test
  void integersOfAnyWidthAreEqual() throws Exception {
    areEqual(Map.of("x-message-ttl", 10), Map.of("x-message-ttl", 10L));
    areEqual(Map.of("x-message-ttl", (short) 10), Map.of("x-message-ttl", (byte) 10));
  }

  @Test
  void aStringNamesItsType() throws Exception {
    differs(
        Map.of("x-overflow", "drop-head"),
        NONE,
        "x-overflow",
        "received none but current is the value 'drop-head' of type 'longstr'");
  }

  @Test
  void anotherOverflowIsInequivalent() throws Exception {
    differs(
        Map.of("x-overflow", "drop-head"),
        Map.of("x-overflow", "reject-publish"),
        "x-overflow",
        "received 'reject-publish' but current is 'drop-head'");
  }

  @Test
  void aFalseIsNotTheSameAsNone() throws Exception {
    differs(
        Map.of("x-single-active-consumer", false),
        NONE,
        "x-single-active-consumer",
        "received none but current is the value 'false' of type 'bool'");
  }

  @Test
  void anotherDeadLetterExchangeIsInequivalent() throws Exception {
    differs(
        Map.of("x-dead-letter-exchange", "a"),
        Map.of("x-dead-letter-exchange", "b"),
        "x-dead-letter-exchange",
        "received 'b' but current is 'a'");
  }

  @Test
  void anotherDeadLetterRoutingKeyIsInequivalent() throws Exception {
    differs(
        Map.of("x-dead-letter-exchange", "a", "x-dead-letter-routing-key", "key"),
        Map.of("x-dead-letter-exchange", "a"),
        "x-dead-letter-routing-key",
        "received none but current is the value 'key' of type 'longstr'");
  }

  @Test
  void anotherExpiryIsInequivalent() throws Exception {
    differs(
        Map.of("x-expires", 100_000),
        Map.of("x-expires", 200_000),
        "x-expires",
        "received '200000' but current is '100000'");
  }

  @Test
  void anotherMaxLengthInBytesIsInequivalent() throws Exception {
    differs(
        Map.of("x-max-length-bytes", 10),
        Map.of("x-max-length-bytes", 11),
        "x-max-length-bytes",
        "received '11' but current is '10'");
  }

  @Test
  void anotherMaxPriorityIsInequivalent() throws Exception {
    differs(
        Map.of("x-max-priority", 5),
        Map.of("x-max-priority", 6),
        "x-max-priority",
        "received '6' but current is '5'");
  }

  @Test
  void theQueueModeIsComparedEvenWhereItMeansNothing() throws Exception {
    differs(
        Map.of("x-queue-mode", "lazy"),
        Map.of("x-queue-mode", "default"),
        "x-queue-mode",
        "received 'default' but current is 'lazy'");
  }

  @Test
  void unknownArgumentsAreNotCompared() throws Exception {
    areEqual(Map.of("x-never-heard-of", 1), Map.of("x-never-heard-of", "two"));
  }

  @Test
  void theValueForAnExistingQueueIsComparedAndNotChecked() throws Exception {
    differs(
        Map.of("x-max-length", 5),
        Map.of("x-max-length", -1),
        "x-max-length",
        "received '-1' but current is '5'");
  }

  @Test
  void anArgumentOfAnotherQueueTypeIsIgnoredForAnExistingQueue() throws Exception {
    areEqual(NONE, Map.of("x-delivery-limit", 3));
  }

  @Test
  void theClassicTypeEqualsNone() throws Exception {
    areEqual(NONE, Map.of("x-queue-type", "classic"));
    areEqual(Map.of("x-queue-type", "classic"), NONE);
  }

  @Test
  void quorumForAClassicQueueIsInequivalent() throws Exception {
    differs(
        NONE,
        QUORUM,
        "x-queue-type",
        broker.since("4.0")
            ? "received 'quorum' but current is 'classic'"
            : "received the value 'quorum' of type 'longstr' but current is none");
  }

  @Test
  void noTypeForAQuorumQueueIsInequivalent() throws Exception {
    differs(
        QUORUM,
        NONE,
        "x-queue-type",
        broker.since("4.0")
            ? "received 'classic' but current is 'quorum'"
            : "received none but current is the value 'quorum' of type 'longstr'");
  }

  @Test
  void theDeliveryLimitOfAQuorumQueueIsCompared() throws Exception {
    differs(
        QUORUM,
        Map.of("x-queue-type", "quorum", "x-delivery-limit", 4),
        "x-delivery-limit",
        "received the value '4' of type 'signedint' but current is none");
  }

  private void areEqual(Map<String, Object> first, Map<String, Object> second) throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, false, false, first);
    assertThat(channel.queueDeclare(queue, true, false, false, second).getQueue()).isEqualTo(queue);
  }

  private void differs(
      Map<String, Object> first, Map<String, Object> second, String argument, String difference)
      throws Exception {
    Channel channel = channel();
    String queue = name("q");
    channel.queueDeclare(queue, true, false, false, first);
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, false, second)))
        .isEqualTo(
            Close.channel(
                406,
                "PRECONDITION_FAILED - inequivalent arg '"
                    + argument
                    + ("' for queue '" + queue + "' in vhost '/': " + difference),
                50,
                10));
  }
}
