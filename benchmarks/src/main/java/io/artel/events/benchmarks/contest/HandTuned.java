package io.artel.events.benchmarks.contest;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.io.Closeable;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who knows the Java client well would write: a connection and a channel to publish
 * on, with asynchronous confirms; another connection to read on, whose thread decodes, handles and
 * acknowledges every {@link Arena#ACK_EVERY}th message with all before it; Jackson. Each partition
 * has a channel. It does not reconnect, sends nothing again, keeps no meters, and runs one handler
 * at a time per channel.
 */
public final class HandTuned implements Contestant {

  @Override
  public String name() {
    return "hand-tuned amqp-client";
  }

  @Override
  public Publishing publishing(Arena arena) throws Exception {
    return new Sender(arena);
  }

  @Override
  public Closeable handling(Arena arena, Handled handled) throws Exception {
    Connection connection = arena.connect();
    List<Reader> readers = new ArrayList<>();
    for (String source : arena.sources()) {
      Channel channel = connection.createChannel();
      channel.basicQos(Arena.PREFETCH);
      Reader reader = new Reader(channel, handled);
      channel.basicConsume(source, false, reader);
      readers.add(reader);
    }
    return () -> {
      try (connection) {
        for (Reader reader : readers) {
          reader.acknowledgeRest();
          reader.getChannel().close(); // answered after the acknowledgements are handled
        }
      } catch (TimeoutException e) {
        throw new IOException(e);
      }
      for (Reader reader : readers) {
        Throwable failure = reader.failure.get();
        if (failure != null) {
          throw new IllegalStateException("a handler failed", failure);
        }
      }
    };
  }

  static BasicProperties properties(Envelope envelope) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("event_type", envelope.eventType());
    headers.put("source_service", envelope.sourceService());
    headers.put("session_id", envelope.key());
    headers.put("retry_count", 0);
    headers.put("published_at", System.currentTimeMillis());
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(2)
        .messageId(envelope.eventId().toString())
        .timestamp(Date.from(envelope.timestamp().toInstant(ZoneOffset.UTC)))
        .type(envelope.eventType())
        .appId(envelope.sourceService())
        .priority(envelope.sessionId() == null ? envelope.priority() : null)
        .headers(headers)
        .build();
  }

  private static final class Sender implements Publishing {
    private final BenchmarkEvents events;
    private final Connection connection;
    private final Channel channel;
    private final ConfirmWindow window = new ConfirmWindow(Arena.WINDOW);
    private final AtomicBoolean returned = new AtomicBoolean();

    Sender(Arena arena) throws Exception {
      events = arena.events();
      connection = arena.connect();
      channel = connection.createChannel();
      channel.addConfirmListener(window);
      channel.addReturnListener(any -> returned.set(true));
      channel.confirmSelect();
    }

    @Override
    public void publish(int number) throws Exception {
      window.awaitRoom();
      Envelope envelope = Envelope.of(events, number);
      channel.basicPublish(
          Arena.EXCHANGE, envelope.eventType(), true, properties(envelope), envelope.json());
    }

    @Override
    public void awaitConfirmed(int published) throws Exception {
      window.awaitAll(published);
      if (returned.get()) {
        throw new IllegalStateException("a message was returned");
      }
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  private static final class Reader extends DefaultConsumer {
    private final Handled handled;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long finished;
    private long acknowledged;

    Reader(Channel channel, Handled handled) {
      super(channel);
      this.handled = handled;
    }

    @Override
    public synchronized void handleDelivery(
        String consumerTag,
        com.rabbitmq.client.Envelope delivery,
        AMQP.BasicProperties properties,
        byte[] body) {
      try {
        handled.handle(Envelope.of(body).data().totalScore());
        finished = delivery.getDeliveryTag();
        if (finished % Arena.ACK_EVERY == 0) {
          acknowledgeRest();
        }
      } catch (IOException | RuntimeException e) {
        failure.compareAndSet(null, e);
      }
    }

    synchronized void acknowledgeRest() throws IOException {
      if (finished > acknowledged) {
        acknowledged = finished;
        getChannel().basicAck(finished, true);
      }
    }
  }
}
