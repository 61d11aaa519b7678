package io.artel.events.benchmarks.contest;

import com.rabbitmq.client.ConnectionFactory;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.Date;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;

/**
 * Spring AMQP, as its reference recommends it for this: a {@link RabbitTemplate} with correlated
 * confirms and returns, and a {@link DirectMessageListenerContainer} that acknowledges several
 * messages at once. JSON is written and read with the same Jackson as the others do, which saves it
 * the header of its own converter.
 */
public final class SpringAmqp implements Contestant {
  /**
   * As many channels as have unconfirmed messages: with fewer it opens and closes some on the way.
   */
  private static final int ENOUGH_CHANNELS = 100;

  private final String name;
  private final boolean enoughChannels;

  private SpringAmqp(String name, boolean enoughChannels) {
    this.name = name;
    this.enoughChannels = enoughChannels;
  }

  /** With a cache of channels that is large enough. */
  public static SpringAmqp tuned() {
    return new SpringAmqp("Spring AMQP", true);
  }

  /** With the cache of channels that it has where nobody sets one. */
  public static SpringAmqp asItComes() {
    return new SpringAmqp("Spring AMQP, default cache", false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Publishing publishing(Arena arena) throws Exception {
    return new Sender(
        arena.events(),
        enoughChannels ? confirmingConnections(arena) : confirmingFromSmallCache(arena));
  }

  @Override
  public Closeable handling(Arena arena, Handled handled) throws Exception {
    CachingConnectionFactory connections = connections(arena);
    MonitorAtRest monitor = new MonitorAtRest();
    DirectMessageListenerContainer container = new DirectMessageListenerContainer(connections);
    container.setQueueNames(Arena.QUEUE);
    container.setPrefetchCount(Arena.PREFETCH);
    container.setMessagesPerAck(Arena.ACK_EVERY);
    container.setTaskScheduler(monitor);
    container.setMessageListener(message -> handle(message, handled));
    container.start();
    return () -> {
      container.destroy();
      monitor.destroy();
      connections.destroy();
    };
  }

  private static void handle(Message message, Handled handled) {
    try {
      handled.handle(Envelope.of(message.getBody()).data().totalScore());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As readers need them. */
  static CachingConnectionFactory connections(Arena arena) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(new URI(arena.uri()));
    factory.setAutomaticRecoveryEnabled(false);
    return new CachingConnectionFactory(factory);
  }

  /** As publishers need them. */
  static CachingConnectionFactory confirmingConnections(Arena arena) throws Exception {
    CachingConnectionFactory connections = confirmingFromSmallCache(arena);
    connections.setChannelCacheSize(ENOUGH_CHANNELS);
    return connections;
  }

  private static CachingConnectionFactory confirmingFromSmallCache(Arena arena) throws Exception {
    CachingConnectionFactory connections = connections(arena);
    connections.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
    connections.setPublisherReturns(true);
    return connections;
  }

  private static final class Sender implements Publishing {
    private final BenchmarkEvents events;
    private final CachingConnectionFactory connections;
    private final RabbitTemplate template;
    private final CorrelatedConfirms confirms = new CorrelatedConfirms();

    Sender(BenchmarkEvents events, CachingConnectionFactory connections) {
      this.events = events;
      this.connections = connections;
      template = new RabbitTemplate(connections);
      template.setMandatory(true);
    }

    @Override
    public void publish(int number) throws Exception {
      confirms.awaitRoom();
      Envelope envelope = Envelope.of(events, number);
      Message message = new Message(envelope.json(), properties(envelope));
      template.send(Arena.EXCHANGE, envelope.eventType(), message, confirms.correlation(envelope));
    }

    private static MessageProperties properties(Envelope envelope) {
      MessageProperties properties = new MessageProperties();
      properties.setContentType("application/json");
      properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
      properties.setMessageId(envelope.eventId().toString());
      properties.setTimestamp(Date.from(envelope.timestamp().toInstant(ZoneOffset.UTC)));
      properties.setType(envelope.eventType());
      properties.setAppId(envelope.sourceService());
      if (envelope.sessionId() == null) {
        properties.setPriority(envelope.priority());
      }
      properties.setHeader("event_type", envelope.eventType());
      properties.setHeader("source_service", envelope.sourceService());
      properties.setHeader("session_id", envelope.key());
      properties.setHeader("retry_count", 0);
      properties.setHeader("published_at", System.currentTimeMillis());
      return properties;
    }

    @Override
    public void awaitConfirmed(int published) throws Exception {
      confirms.awaitAll();
    }

    @Override
    public void close() {
      connections.destroy();
    }
  }
}
