package io.artel.events.benchmarks.contest;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.MessageListenerContainer;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;

/**
 * Spring Cloud Stream with its binder for RabbitMQ: a {@link StreamBridge} whose messages carry
 * what tells of their confirm, and a function that is called from a {@link
 * DirectMessageListenerContainer}, which acknowledges several messages at once. Exchange and queue
 * are used as they are. The bytes are written and read as {@link SpringAmqp} does it, on
 * connections like its own.
 */
public final class SpringCloudStream implements Contestant {
  private static final String OUTPUT = "events";
  private static final String INPUT = "handle-in-0";

  @Override
  public String name() {
    return "Spring Cloud Stream";
  }

  @Override
  public Publishing publishing(Arena arena) throws Exception {
    return new Sender(arena);
  }

  @Override
  public Closeable handling(Arena arena, Handled handled) throws Exception {
    String rabbit = "spring.cloud.stream.rabbit.bindings." + INPUT + ".consumer.";
    String binding = "spring.cloud.stream.bindings." + INPUT + ".";
    return start(
        Reader.class,
        SpringAmqp.connections(arena),
        context -> context.registerBean(Handled.class, () -> handled),
        Map.of(
            "spring.cloud.function.definition",
            "handle",
            binding + "destination",
            Arena.EXCHANGE,
            binding + "group",
            Arena.QUEUE,
            binding + "consumer.max-attempts",
            1,
            rabbit + "queue-name-group-only",
            true,
            rabbit + "declare-exchange",
            false,
            rabbit + "bind-queue",
            false,
            rabbit + "missing-queues-fatal",
            true,
            rabbit + "container-type",
            "direct",
            rabbit + "prefetch",
            Arena.PREFETCH));
  }

  private static ConfigurableApplicationContext start(
      Class<?> application,
      CachingConnectionFactory connections,
      Consumer<GenericApplicationContext> beans,
      Map<String, Object> properties) {
    return new SpringApplicationBuilder(application)
        .web(WebApplicationType.NONE)
        .bannerMode(Banner.Mode.OFF)
        .logStartupInfo(false)
        .registerShutdownHook(false)
        .properties(properties)
        .initializers(
            context -> {
              GenericApplicationContext generic = (GenericApplicationContext) context;
              generic.registerBean(CachingConnectionFactory.class, () -> connections);
              beans.accept(generic);
            })
        .run();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Reader {

    @Bean
    Consumer<Message<byte[]>> handle(Handled handled) {
      return message -> {
        try {
          handled.handle(Envelope.of(message.getPayload()).data().totalScore());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };
    }

    @Bean
    MonitorAtRest monitor() {
      return new MonitorAtRest();
    }

    @Bean
    @SuppressWarnings("removal") // the binder looks for this type
    ListenerContainerCustomizer<MessageListenerContainer> acknowledgements(MonitorAtRest monitor) {
      return (container, destination, group) -> {
        DirectMessageListenerContainer direct = (DirectMessageListenerContainer) container;
        direct.setMessagesPerAck(Arena.ACK_EVERY);
        direct.setTaskScheduler(monitor);
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Writer {}

  private static final class Sender implements Publishing {
    private final BenchmarkEvents events;
    private final ConfigurableApplicationContext context;
    private final StreamBridge bridge;
    private final CorrelatedConfirms confirms = new CorrelatedConfirms();

    Sender(Arena arena) throws Exception {
      events = arena.events();
      String rabbit = "spring.cloud.stream.rabbit.bindings." + OUTPUT + ".producer.";
      context =
          start(
              Writer.class,
              SpringAmqp.confirmingConnections(arena),
              none -> {},
              Map.of(
                  "spring.cloud.stream.output-bindings",
                  OUTPUT,
                  "spring.cloud.stream.bindings." + OUTPUT + ".destination",
                  Arena.EXCHANGE,
                  rabbit + "declare-exchange",
                  false,
                  rabbit + "bind-queue",
                  false,
                  rabbit + "routing-key-expression",
                  "headers['event_type']",
                  rabbit + "use-confirm-header",
                  true));
      bridge = context.getBean(StreamBridge.class);
    }

    @Override
    public void publish(int number) throws Exception {
      confirms.awaitRoom();
      Envelope envelope = Envelope.of(events, number);
      if (!bridge.send(OUTPUT, message(envelope))) {
        throw new IllegalStateException("event " + number + " was not sent");
      }
    }

    private Message<byte[]> message(Envelope envelope) throws IOException {
      MessageBuilder<byte[]> message =
          MessageBuilder.withPayload(envelope.json())
              .setHeader(AmqpHeaders.PUBLISH_CONFIRM_CORRELATION, confirms.correlation(envelope))
              .setHeader(MessageHeaders.CONTENT_TYPE, "application/json")
              .setHeader(AmqpHeaders.MESSAGE_ID, envelope.eventId().toString())
              .setHeader(
                  AmqpHeaders.TIMESTAMP, Date.from(envelope.timestamp().toInstant(ZoneOffset.UTC)))
              .setHeader(AmqpHeaders.TYPE, envelope.eventType())
              .setHeader(AmqpHeaders.APP_ID, envelope.sourceService())
              .setHeader("event_type", envelope.eventType())
              .setHeader("source_service", envelope.sourceService())
              .setHeader("session_id", envelope.key())
              .setHeader("retry_count", 0)
              .setHeader("published_at", System.currentTimeMillis());
      if (envelope.sessionId() == null) {
        message.setHeader("priority", envelope.priority());
      }
      return message.build();
    }

    @Override
    public void awaitConfirmed(int published) throws Exception {
      confirms.awaitAll();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
