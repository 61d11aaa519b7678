package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which dead-letter cycles go round, and which end. */
@OnEveryBroker
class DeadLetterCycleContractIT extends DeliveryContract {
  DeadLetterCycleContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void cycleWithoutARejectEndsWithTheMessage() throws Exception {
    onBothTypes(
        type -> {
          String witness = classic();
          String exchange = name("dlx");
          String first = name("first");
          String second =
              queue(type, Map.of("x-dead-letter-exchange", exchange, "x-message-ttl", 20));
          declare(first, type, to(second, "x-message-ttl", 20));
          Channel channel = channel();
          channel.exchangeDeclare(exchange, "fanout", true);
          channel.queueBind(first, exchange, "");
          channel.queueBind(witness, exchange, "");
          publish(first, "0");
          // The witness gets the copy of the second death; the first queue would be a cycle.
          assertThat(deaths(next(witness)).stream().map(death -> death.get("queue")).toList())
              .containsExactly(second, first);
          assertThat(ready(first)).isZero();
          publish(first, "1");
          assertThat(body(next(witness))).isEqualTo("1");
          assertThat(ready(witness)).isZero();
        });
  }

  @Test
  void queueThatDeadLettersToItselfLosesWhatExpires() throws Exception {
    onBothTypes(
        type -> {
          String witness = classic();
          String exchange = name("dlx");
          String queue = queue(type, Map.of("x-dead-letter-exchange", exchange));
          Channel channel = channel();
          channel.exchangeDeclare(exchange, "fanout", true);
          channel.queueBind(queue, exchange, "");
          channel.queueBind(witness, exchange, "");
          publish(queue, properties().expiration("20").build(), "0");
          assertThat(body(next(witness))).isEqualTo("0");
          assertThat(ready(queue)).isZero();
        });
  }

  @Test
  void queueThatDeadLettersToItselfKeepsWhatIsRejected() throws Exception {
    onBothTypes(
        type -> {
          String queue = name("q");
          declare(queue, type, to(queue));
          publish(queue, "0");
          reject(queue);
          reject(queue);
          GetResponse again = next(queue);
          assertThat(deaths(again).get(0)).containsEntry("count", 2L);
        });
  }

  @Test
  void cycleWithARejectGoesRound() throws Exception {
    onBothTypes(
        type -> {
          String work = name("work");
          String wait = queue(type, to(work, "x-message-ttl", 20));
          declare(work, type, to(wait));
          publish(work, "0");
          for (long round = 1; round <= 4; round++) {
            reject(work);
            Channel channel = channel();
            GetResponse back = next(channel, work);
            List<Map<String, Object>> deaths = deaths(back);
            assertThat(deaths.get(0))
                .containsEntry("reason", "expired")
                .containsEntry("count", round);
            assertThat(deaths.get(1))
                .containsEntry("reason", "rejected")
                .containsEntry("count", round);
            channel.basicNack(back.getEnvelope().getDeliveryTag(), false, true);
            channel.close();
          }
        });
  }

  @Test
  void historySuppliedByTheClientMakesACycleOnlyBefore40() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          Map<String, Object> headers = Map.of("x-death", List.of(expiredIn(dead)));
          publish(queue, properties().expiration("20").headers(headers).build(), "0");
          if (broker.since("4.0")) {
            assertThat(drain(dead, 1)).containsExactly("0");
          } else {
            eventually(() -> assertThat(ready(queue)).isZero());
            publish(queue, "next");
            reject(queue);
            assertThat(drain(dead, 1)).containsExactly("next");
          }
        });
  }

  private static Map<String, Object> expiredIn(String queue) {
    return Map.of(
        "count",
        1L,
        "reason",
        "expired",
        "queue",
        queue,
        "exchange",
        "",
        "routing-keys",
        List.of(queue));
  }
}
