package io.artel.events.amqp.internal.metrics;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
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

  private final List<SupervisedConnection> administrations;
  private final Meters meters;
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  private record Watched(String queue, List<String> sources) {}

  /** Asks each broker on one of these connections, on that thread. */
  public QueueSizes(
      List<SupervisedConnection> administrations, Meters meters, Background supervisor) {
    this.administrations = List.copyOf(administrations);
    this.meters = meters;
    var unused = supervisor.every(PERIOD, this::sample);
  }

  /** Watches a queue, whose messages are in these. */
  public void watch(String queue, List<String> sources) {
    watched.add(new Watched(queue, sources));
  }

  private void sample() {
    for (Watched each : watched) {
      OptionalLong ready =
          administrations.stream()
              .map(SupervisedConnection::current)
              .filter(Objects::nonNull)
              .map(connection -> ready(each, connection))
              .flatMapToLong(OptionalLong::stream)
              .reduce(Long::sum);
      if (ready.isPresent()) {
        meters.size(each.queue, ready.getAsLong());
        if (ready.getAsLong() > MANY) {
          log.warn("'{}': {} messages are waiting", each.queue, ready.getAsLong());
        }
      }
    }
  }

  private static OptionalLong ready(Watched watched, Connection connection) {
    try (Channel channel = connection.createChannel()) {
      long ready = 0;
      for (String source : watched.sources) {
        ready += channel.queueDeclarePassive(source).getMessageCount();
      }
      return OptionalLong.of(ready);
    } catch (IOException | TimeoutException | RuntimeException e) {
      log.debug("'{}': its size is not known", watched.queue, e);
      return OptionalLong.empty();
    }
  }
}
