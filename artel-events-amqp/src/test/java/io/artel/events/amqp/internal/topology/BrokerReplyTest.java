package io.artel.events.amqp.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.amqp.internal.topology.BrokerReply.Inequivalence;
import io.artel.events.amqp.internal.topology.BrokerReply.Refusal;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The texts are those of RabbitMQ 3.10.8, 4.0.5 and 4.3.6, word by word. */
class BrokerReplyTest {

  private static final String QUEUE = " for queue 't.q' in vhost '/': ";

  @Test
  void oursAgainstNothingShouldBeRead() {
    assertThat(
            inequivalence(
                "inequivalent arg 'x-message-ttl'"
                    + QUEUE
                    + "received the value '1' of type 'long' but current is none",
                Map.of("x-message-ttl", 1L)))
        .isEqualTo(new Inequivalence("x-message-ttl", true, null));
  }

  @Test
  void nothingAgainstTheirsShouldBeReadWithItsType() {
    assertThat(
            inequivalence(
                "inequivalent arg 'x-max-length'"
                    + QUEUE
                    + "received none but current is the value '5' of type 'signedint'",
                Map.of()))
        .isEqualTo(new Inequivalence("x-max-length", true, 5L));
    assertThat(
            inequivalence(
                "inequivalent arg 'x-single-active-consumer'"
                    + QUEUE
                    + "received none but current is the value 'true' of type 'bool'",
                Map.of()))
        .isEqualTo(new Inequivalence("x-single-active-consumer", true, true));
    assertThat(
            inequivalence(
                "inequivalent arg 'x-dead-letter-exchange'"
                    + QUEUE
                    + "received none but current is the value '' of type 'longstr'",
                Map.of()))
        .isEqualTo(new Inequivalence("x-dead-letter-exchange", true, ""));
    assertThat(
            inequivalence(
                "inequivalent arg 'x-dead-letter-routing-key'"
                    + QUEUE
                    + "received none but current is the value '12' of type 'longstr'",
                Map.of()))
        .isEqualTo(new Inequivalence("x-dead-letter-routing-key", true, "12"));
  }

  @Test
  void oursAgainstTheirsShouldHaveTheTypeOfOurs() {
    assertThat(
            inequivalence(
                "inequivalent arg 'x-delivery-limit'" + QUEUE + "received '7' but current is '20'",
                Map.of("x-delivery-limit", 7)))
        .isEqualTo(new Inequivalence("x-delivery-limit", true, 20L));
    assertThat(
            inequivalence(
                "inequivalent arg 'durable'" + QUEUE + "received 'true' but current is 'false'",
                Map.of("durable", true)))
        .isEqualTo(new Inequivalence("durable", true, false));
    assertThat(
            inequivalence(
                "inequivalent arg 'x-dead-letter-exchange'"
                    + QUEUE
                    + "received 'o'x' but current is 'it's none'",
                Map.of("x-dead-letter-exchange", "o'x")))
        .isEqualTo(new Inequivalence("x-dead-letter-exchange", true, "it's none"));
    assertThat(
            inequivalence(
                "inequivalent arg 'type' for exchange 't.e' in vhost '/': "
                    + "received 'fanout' but current is 'topic'",
                Map.of("type", "fanout")))
        .isEqualTo(new Inequivalence("type", true, "topic"));
  }

  @Test
  void textThatWasCutOffShouldGiveTheArgumentOnly() {
    String cut = "inequivalent arg 'x-delivery-limit' for queue '" + "n".repeat(180) + "...";

    assertThat(inequivalence(cut, Map.of("x-delivery-limit", 7)))
        .isEqualTo(new Inequivalence("x-delivery-limit", false, null));
  }

  @Test
  void refusalShouldBeReadInBothForms() {
    assertThat(
            channel(403, "access to queue 'o.have' in vhost '/' refused for user 'bob'").refusal())
        .contains(new Refusal("", "queue 'o.have'", "/", "bob"));
    assertThat(
            channel(
                    403,
                    "write access to exchange 'amq.default' in vhost 'a b' refused for user 'b'b'")
                .refusal())
        .contains(new Refusal("write", "exchange 'amq.default'", "a b", "b'b"));
    assertThat(channel(403, "operation not permitted on the default exchange").refusal()).isEmpty();
  }

  @Test
  void refusalShouldNameTheCommand() {
    assertThat(
            Explanation.of(
                channel(
                    403, "configure access to queue 'q' in vhost 'it's' refused for user 'bob'")))
        .contains("user 'bob' lacks the configure permission for queue 'q'")
        .contains("rabbitmqctl set_permissions -p 'it'\\''s' 'bob' '.*' '.*' '.*'");
    assertThat(Explanation.of(channel(403, "access to queue '" + "n".repeat(200) + "...")))
        .contains("rabbitmqctl set_permissions -p VHOST USER");
  }

  @Test
  void invalidArgumentShouldBeNamed() {
    for (String text :
        new String[] {
          "invalid arg 'x-max-priority' for queue 't.x3' in vhost '/' of queue type"
              + " rabbit_quorum_queue",
          "invalid arg 'x-max-priority' for queue 't.x5' in vhost '/': {value_negative,-1}",
          "invalid type 'signedint' for arg 'x-max-priority' in exchange 'e' in vhost '/'"
        }) {
      assertThat(channel(406, text).invalidArgument()).contains("x-max-priority");
      assertThat(Explanation.of(channel(406, text)))
          .contains("does not take the argument 'x-max-priority'");
    }
  }

  @Test
  void unknownExchangeTypeShouldNameThePlugin() {
    for (String never : new String[] {"unknown", "invalid"}) {
      assertThat(Explanation.of(channel(406, never + " exchange type 'x-consistent-hash'")))
          .contains("rabbitmq-plugins enable rabbitmq_consistent_hash_exchange");
    }
  }

  @Test
  void lockedQueueShouldBeExplained() {
    assertThat(Explanation.of(channel(405, "cannot obtain exclusive access to locked queue 'q'")))
        .contains("exclusive to another connection");
  }

  @Test
  void otherReasonsShouldBePassedOn() {
    assertThat(Explanation.of(channel(406, "queue limit in vhost '/' (5) is reached")))
        .isEqualTo(
            "the broker refused: 406 PRECONDITION_FAILED - queue limit in vhost '/' (5) is"
                + " reached");
  }

  @Test
  void reasonShouldBeFoundInTheCauses() {
    AMQP.Connection.Close close =
        new AMQP.Connection.Close.Builder().replyCode(503).replyText("gone").build();
    Throwable failure = new IOException(new ShutdownSignalException(true, false, close, null));

    assertThat(BrokerReply.of(failure)).isEqualTo(new BrokerReply(503, "gone", true));
    assertThat(BrokerReply.of(new IOException("reset"))).isNull();
  }

  private static BrokerReply channel(int code, String text) {
    String name = code == 403 ? "ACCESS_REFUSED - " : "PRECONDITION_FAILED - ";
    return new BrokerReply(code, name + text, false);
  }

  private static @Nullable Inequivalence inequivalence(String text, Map<String, Object> ours) {
    return channel(406, text).inequivalence(ours::get).orElse(null);
  }
}
