package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exchanges of type x-modulus-hash, which brokers before 4.3 have in a plugin only. */
@OnEveryBroker
class ModulusHashContractIT extends RoutingContract {

  ModulusHashContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void onlyTheRoutingKeyCountsWhateverHeaderTheExchangeNames() throws Exception {
    Channel channel = confirming();
    if (broker.before("4.3")) {
      assertThat(closeOf(channel, () -> exchange(channel, "x-modulus-hash")).text())
          .endsWith("unknown exchange type 'x-modulus-hash'");
      return;
    }
    String exchange = exchange(channel, "x-modulus-hash", Map.of("hash-header", "session_id"));
    List<String> queues = List.of(queue(channel), queue(channel), queue(channel), queue(channel));
    for (String queue : queues) {
      channel.queueBind(queue, exchange, "");
    }

    for (int session = 0; session < 40; session++) {
      channel.basicPublish(exchange, "game.started", session(session), bytes("one key"));
      channel.basicPublish(exchange, "game." + session, session(0), bytes("one session"));
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000);

    int withTheKey = 0;
    int withTheSession = 0;
    for (String queue : queues) {
      List<String> bodies = drain(channel, queue);
      withTheKey += bodies.contains("one key") ? 1 : 0;
      withTheSession += bodies.contains("one session") ? 1 : 0;
    }
    assertThat(withTheKey).isEqualTo(1);
    assertThat(withTheSession).isGreaterThan(1);
  }

  private static BasicProperties session(int session) {
    return new BasicProperties.Builder().headers(Map.of("session_id", "s" + session)).build();
  }
}
