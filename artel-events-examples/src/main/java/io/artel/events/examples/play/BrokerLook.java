package io.artel.events.examples.play;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Role;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Looks into queues without taking anything out, over a connection of its own. Used by one thread.
 */
final class BrokerLook implements Losses.Places, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TopologyLayout layout;
  private final Connection connection;

  private BrokerLook(TopologyLayout layout, Connection connection) {
    this.layout = layout;
    this.connection = connection;
  }

  /** Connects, to look into the queues of this topology. */
  static BrokerLook open(BrokerAddress address, TopologyLayout layout) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      URI uri = URI.create(address.amqp().trim());
      factory.setUri(uri);
      if ("/".equals(uri.getRawPath())) {
        // The client takes it for the virtual host with the empty name.
        factory.setVirtualHost(ConnectionFactory.DEFAULT_VHOST);
      }
      if ("amqps".equalsIgnoreCase(uri.getScheme())) {
        factory.useSslProtocol(SSLContext.getDefault());
        factory.enableHostnameVerification();
      }
      factory.setAutomaticRecoveryEnabled(false);
      return new BrokerLook(layout, factory.newConnection("billiards.look"));
    } catch (GeneralSecurityException | TimeoutException e) {
      throw new IOException("the broker does not let us look into its queues", e);
    }
  }

  /** How many messages are ready in each source queue, by the name in the topology. */
  Map<String, Long> ready() throws IOException {
    Map<String, Long> ready = new HashMap<>();
    for (QueueSpec queue : layout.topology().queues()) {
      ready.put(queue.name(), ready(queue));
    }
    return ready;
  }

  @Override
  public long ready(QueueSpec queue) throws IOException {
    long sum = 0;
    for (String source : queue.sources()) {
      sum += depth(source);
    }
    return sum;
  }

  @Override
  public Set<UUID> deadLetters(QueueSpec queue) throws IOException {
    return events(queue.deadLetterQueue());
  }

  @Override
  public Set<UUID> retryingOrUnrouted(QueueSpec queue) throws IOException {
    Set<UUID> events = new HashSet<>();
    for (TopologyLayout.Queue each : layout.queues()) {
      if (each.role() == Role.UNROUTED
          || (each.role() == Role.RETRY && queue.name().equals(each.logical()))) {
        events.addAll(events(each.name()));
      }
    }
    return events;
  }

  private long depth(String queue) throws IOException {
    Channel channel = connection.createChannel();
    try {
      return channel.queueDeclarePassive(queue).getMessageCount();
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == AMQP.NOT_FOUND) {
        return 0;
      }
      throw e;
    } finally {
      if (channel.isOpen()) {
        close(channel);
      }
    }
  }

  /** Takes what is there on a channel that is closed without an ack, which gives all of it back. */
  private Set<UUID> events(String queue) throws IOException {
    long depth = depth(queue);
    Set<UUID> events = new HashSet<>();
    if (depth == 0) {
      return events;
    }
    BlockingQueue<String> ids = new LinkedBlockingQueue<>();
    Channel channel = connection.createChannel();
    try {
      channel.basicConsume(
          queue,
          false,
          new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(
                String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
              ids.add(String.valueOf(properties.getMessageId()));
            }
          });
      for (long seen = 0; seen < depth; seen++) {
        String id = ids.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (id == null) {
          break;
        }
        addIfEvent(id, events);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(channel);
    }
    return events;
  }

  private static void addIfEvent(String id, Set<UUID> events) {
    try {
      events.add(UUID.fromString(id));
    } catch (IllegalArgumentException notOurs) {
      // Somebody else's message.
    }
  }

  private static void close(Channel channel) throws IOException {
    try {
      channel.close();
    } catch (TimeoutException e) {
      throw new IOException("the broker does not close a channel", e);
    }
  }

  @Override
  public void close() {
    connection.abort();
  }
}
