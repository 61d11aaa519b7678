package io.artel.events.testkit.it;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;

/** The second broker is another node of the same version, for these tests alone. */
@OnRealBrokers
class SeveralBrokersIT extends SeveralBrokers {

  private static final Map<String, RabbitMq> SECONDS = new ConcurrentHashMap<>();

  private final RabbitMq first;
  private final RabbitMq second;
  private final String vhost = "several-" + UUID.randomUUID();
  private final Broker firstPlace;
  private final Broker secondPlace;
  private boolean restarted;

  SeveralBrokersIT(RabbitMq broker) {
    first = broker;
    second =
        SECONDS.computeIfAbsent(broker.version(), version -> RabbitMq.find(version).orElseThrow());
    second.start();
    firstPlace = first.onVhost(vhost);
    secondPlace = second.onVhost(vhost);
  }

  @Override
  Broker member(int number) {
    return number == 0 ? firstPlace : secondPlace;
  }

  @Override
  void kill() {
    restarted = true;
    second.flush();
    second.kill();
  }

  @Override
  void startAgain() {
    second.start();
  }

  @Override
  void endBrokers() {
    second.start();
    first.deleteVhost(vhost);
    // RabbitMQ 3.10 loses the process that all at-least-once queues of a node need if such queues
    // are deleted while they start, and refuses what is published to any of them from then on.
    if (!restarted) {
      second.deleteVhost(vhost);
    }
  }

  @AfterAll
  static void endSecond() {
    SECONDS.values().forEach(RabbitMq::close);
    SECONDS.clear();
  }
}
