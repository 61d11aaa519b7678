package io.artel.events.amqp.internal.metrics;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every 30 s how many messages are ready in the queues that are read here. */
public final class QueueSizes {

  private static final Logger log = LoggerFactory.getLogger(QueueSizes.class);
  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final long MANY = 1000;

  private final SupervisedConnection administration;
  private final Meters meters;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  private record Watched(String queue, List<String> sources) {}

  /** Asks on this connection, on that thread. */
  public QueueSizes(SupervisedConnection administration, Meters meters, Background supervisor) {
    this.administration = administration;
    this.meters = meters;
    var unused = supervisor.every(PERIOD, this::sample);
  }

  /** Watches a queue, whose messages are in these. */
  public void watch(String queue, List<String> sources) {
    watched.add(new Watched(queue, sources));
  }

  private void sample() {
    for (Watched each : watched) {
      Connection connection = administration.current();
      if (connection == null) {
        return;
      }
      try (Channel channel = connection.createChannel()) {
        long ready = 0;
        for (String source : each.sources) {
          ready += channel.queueDeclarePassive(source).getMessageCount();
        }
        meters.size(each.queue, ready);
        if (ready > MANY) {
          log.warn("'{}': {} messages are waiting", each.queue, ready);
        }
      } catch (IOException | TimeoutException | RuntimeException e) {
        log.debug("'{}': its size is not known", each.queue, e);
      }
    }
  }
}
