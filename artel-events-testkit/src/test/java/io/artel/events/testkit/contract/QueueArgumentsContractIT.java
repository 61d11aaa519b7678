package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which values of a queue's arguments {@code queue.declare} refuses, and what it says. */
@OnEveryBroker
class QueueArgumentsContractIT extends Contract {
  private static final long TEN_YEARS = 315_360_000_000L;

  QueueArgumentsContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aNegativeMessageTtlIsRefused() throws Exception {
    refuses("x-message-ttl", -1, "{value_negative,-1}");
  }

  @Test
  void aMessageTtlOfZeroIsAccepted() throws Exception {
    accepts(Map.of("x-message-ttl", 0));
  }

  @Test
  void aMessageTtlOfTenYearsIsAccepted() throws Exception {
    accepts(Map.of("x-message-ttl", TEN_YEARS));
  }

  @Test
  void aMessageTtlOverTenYearsIsRefused() throws Exception {
    refuses("x-message-ttl", TEN_YEARS + 1, "{value_too_large,315360000001}");
  }

  @Test
  void aMessageTtlThatIsAStringIsRefused() throws Exception {
    refuses("x-message-ttl", "1000", "\"expected integer, got longstr\"");
  }

  @Test
  void aMessageTtlThatIsADoubleIsRefused() throws Exception {
    refuses("x-message-ttl", 1.5, "\"expected integer, got double\"");
  }

  @Test
  void aMessageTtlThatIsABooleanIsRefused() throws Exception {
    refuses("x-message-ttl", true, "\"expected integer, got bool\"");
  }

  @Test
  void aMessageTtlThatIsAListIsRefused() throws Exception {
    refuses("x-message-ttl", List.of(1), "\"expected integer, got array\"");
  }

  @Test
  void aMessageTtlThatIsNothingIsRefused() throws Exception {
    refuses(
        Collections.singletonMap("x-message-ttl", null),
        "invalid arg 'x-message-ttl' for queue %s: \"expected integer, got void\"");
  }

  @Test
  void anExpiryOfZeroIsRefused() throws Exception {
    refuses("x-expires", 0, "{value_zero,0}");
  }

  @Test
  void aNegativeExpiryIsRefused() throws Exception {
    refuses("x-expires", -5, "{value_negative,-5}");
  }

  @Test
  void anExpiryOverTenYearsIsRefused() throws Exception {
    refuses("x-expires", TEN_YEARS + 1, "{value_too_large,315360000001}");
  }

  @Test
  void anExpiryThatIsAStringIsRefused() throws Exception {
    refuses("x-expires", "1000", "\"expected integer, got longstr\"");
  }

  @Test
  void aNegativeMaxLengthIsRefused() throws Exception {
    refuses("x-max-length", -1, "{value_negative,-1}");
  }

  @Test
  void aMaxLengthThatIsAStringIsRefused() throws Exception {
    refuses("x-max-length", "5", "\"expected integer, got longstr\"");
  }

  @Test
  void aMaxLengthHasNoUpperBound() throws Exception {
    accepts(Map.of("x-max-length", Long.MAX_VALUE));
  }

  @Test
  void aNegativeMaxLengthInBytesIsRefused() throws Exception {
    refuses("x-max-length-bytes", -1, "{value_negative,-1}");
  }

  @Test
  void aMaxPriorityOver255IsRefused() throws Exception {
    refuses("x-max-priority", 256, "{max_value_exceeded,256}");
  }

  @Test
  void aNegativeMaxPriorityIsRefused() throws Exception {
    refuses("x-max-priority", -1, "{value_negative,-1}");
  }

  @Test
  void aMaxPriorityOfZeroIsAccepted() throws Exception {
    accepts(Map.of("x-max-priority", 0));
  }

  @Test
  void anUnknownOverflowIsRefused() throws Exception {
    refuses("x-overflow", "drop-tail", "invalid_overflow");
  }

  @Test
  void anOverflowThatIsANumberIsRefused() throws Exception {
    refuses("x-overflow", 1, "{unacceptable_type,signedint}");
  }

  @Test
  void aDeadLetterExchangeThatIsANumberIsRefused() throws Exception {
    refuses(
        Map.of("x-dead-letter-exchange", 1),
        "invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue %s");
  }

  @Test
  void aDeadLetterExchangeNeedNotExist() throws Exception {
    accepts(Map.of("x-dead-letter-exchange", name("missing")));
  }

  @Test
  void aDeadLetterRoutingKeyAloneIsRefused() throws Exception {
    refuses("x-dead-letter-routing-key", "key", "routing_key_but_no_dlx_defined");
  }

  @Test
  void aDeadLetterRoutingKeyThatIsANumberIsRefused() throws Exception {
    refuses("x-dead-letter-routing-key", 1, "{unacceptable_type,signedint}");
  }

  @Test
  void aSingleActiveConsumerThatIsAStringIsRefused() throws Exception {
    refuses("x-single-active-consumer", "true", "{unacceptable_type,longstr}");
  }

  @Test
  void anUnknownQueueTypeIsRefused() throws Exception {
    refuses("x-queue-type", "nope", "\"unsupported queue type 'nope'\"");
  }

  @Test
  void aQueueTypeThatIsANumberIsRefused() throws Exception {
    refuses("x-queue-type", 1, "{unacceptable_type,signedint}");
  }

  @Test
  void anUnknownQueueModeIsRefusedUntil43() throws Exception {
    if (broker.since("4.3")) {
      accepts(Map.of("x-queue-mode", "nope"));
    } else {
      refuses("x-queue-mode", "nope", "\"unsupported queue mode 'nope'\"");
    }
  }

  @Test
  void theFirstQueueVersionIsRefusedSince43() throws Exception {
    if (broker.since("4.3")) {
      refuses("x-queue-version", 1, "\"unsupported queue version '1'\"");
    } else {
      accepts(Map.of("x-queue-version", 1));
    }
  }

  @Test
  void unknownArgumentsAreAccepted() throws Exception {
    accepts(Map.of("x-never-heard-of", true, "no-prefix", List.of(1, "a")));
  }

  @Test
  void aClassicQueueRefusesADeliveryLimit() throws Exception {
    refuses(
        Map.of("x-delivery-limit", 5),
        "invalid arg 'x-delivery-limit' for queue %s of queue type rabbit_classic_queue");
  }

  @Test
  void aClassicQueueRefusesADeadLetterStrategy() throws Exception {
    refuses(
        Map.of("x-dead-letter-strategy", "at-least-once"),
        "invalid arg 'x-dead-letter-strategy' for queue %s of queue type rabbit_classic_queue");
  }

  @Test
  void aClassicQueueRefusesAConsumerTimeoutSince43() throws Exception {
    if (broker.since("4.3")) {
      refuses(
          Map.of("x-consumer-timeout", 60_000),
          "invalid arg 'x-consumer-timeout' for queue %s of queue type rabbit_classic_queue");
    } else {
      accepts(Map.of("x-consumer-timeout", 60_000));
    }
  }

  @Test
  void aQuorumQueueChecksTheConsumerTimeoutSince43() throws Exception {
    Map<String, Object> arguments = quorum("x-consumer-timeout", -1);
    if (broker.since("4.3")) {
      refuses(arguments, "invalid arg 'x-consumer-timeout' for queue %s: {value_negative,-1}");
    } else {
      accepts(arguments);
    }
  }

  @Test
  void aQuorumQueueRefusesAMaxPriority() throws Exception {
    refuses(
        quorum("x-max-priority", 5),
        "invalid arg 'x-max-priority' for queue %s of queue type rabbit_quorum_queue");
  }

  @Test
  void aQuorumQueueRefusesAQueueMode() throws Exception {
    refuses(
        quorum("x-queue-mode", "lazy"),
        "invalid arg 'x-queue-mode' for queue %s of queue type rabbit_quorum_queue");
  }

  @Test
  void aQuorumQueueRefusesAnUnknownDeadLetterStrategy() throws Exception {
    refuses(
        quorum("x-dead-letter-strategy", "nope"),
        "invalid arg 'x-dead-letter-strategy' for queue %s: invalid_dlx_strategy");
  }

  @Test
  void aQuorumQueueTakesAnyDeliveryLimit() throws Exception {
    accepts(quorum("x-delivery-limit", "a few"));
  }

  @Test
  void aQuorumQueueMustBeDurable() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, false, false, false, quorum)))
        .isEqualTo(
            refused("invalid property 'non-durable' for queue '" + queue + "' in vhost '/'"));
  }

  @Test
  void aQuorumQueueMustNotBeExclusive() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, true, false, quorum)))
        .isEqualTo(
            refused("invalid property 'exclusive-owner' for queue '" + queue + "' in vhost '/'"));
  }

  @Test
  void aQuorumQueueMustNotBeAutoDelete() throws Exception {
    Channel channel = channel();
    String queue = name("q");
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, true, quorum)))
        .isEqualTo(
            refused("invalid property 'auto-delete' for queue '" + queue + "' in vhost '/'"));
  }

  @Test
  void aQuorumQueueMustHaveAName() throws Exception {
    Channel channel = channel();
    Map<String, Object> quorum = Map.of("x-queue-type", "quorum");
    assertThat(closeOf(channel, () -> channel.queueDeclare("", true, false, false, quorum)))
        .isEqualTo(refused("Cannot declare a server-named queue for type rabbit_quorum_queue"));
  }

  private void accepts(Map<String, Object> arguments) throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(channel.queueDeclare(queue, true, false, false, arguments).getQueue())
        .isEqualTo(queue);
  }

  private void refuses(String argument, Object value, String reason) throws Exception {
    refuses(Map.of(argument, value), "invalid arg '" + argument + "' for queue %s: " + reason);
  }

  /** The explanation has {@code %s} for the queue. */
  private void refuses(Map<String, Object> arguments, String explanation) throws Exception {
    Channel channel = channel();
    String queue = name("q");
    assertThat(closeOf(channel, () -> channel.queueDeclare(queue, true, false, false, arguments)))
        .isEqualTo(refused(explanation.replace("%s", "'" + queue + "' in vhost '/'")));
  }

  private static Map<String, Object> quorum(String argument, Object value) {
    return Map.of("x-queue-type", "quorum", argument, value);
  }

  private static Close refused(String explanation) {
    return Close.channel(406, "PRECONDITION_FAILED - " + explanation, 50, 10);
  }
}
