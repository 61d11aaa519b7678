package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.artel.events.Event;
import io.artel.events.MalformedEventException;
import io.artel.events.amqp.internal.message.BatchMessages;
import io.artel.events.amqp.internal.message.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One arrival of a message, or of one event of a message that holds several, on its way to an
 * outcome.
 */
final class Delivery {

  /** More retries than this are nobody's count but a forgery, and count as none. */
  private static final int MAX_RETRY_COUNT = 1000;

  final ChannelSession session;
  final Envelope envelope;
  final byte[] body;

  /** The message's; of an event of a batch, those that its own message would have. */
  BasicProperties properties;

  private final @Nullable BatchDelivery batch;

  /** Which attempt is next; grows only where retries happen in place. */
  int attempt;

  /** When it came, by {@link System#nanoTime}. */
  final long arrived = System.nanoTime();

  /** What the body is, or why it is nothing; filled in once, before a handler is looked for. */
  @Nullable Event<?> event;

  @Nullable MalformedEventException malformed;

  /**
   * Whether its session is halted because of it, so that its own outcome lets the session go on.
   */
  boolean held;

  Delivery(ChannelSession session, Envelope envelope, BasicProperties properties, byte[] body) {
    this(session, envelope, properties, body, null);
  }

  /** One event of a batch. */
  Delivery(BatchDelivery batch, BasicProperties properties, byte[] body) {
    this(batch.message.session, batch.message.envelope, properties, body, batch);
  }

  private Delivery(
      ChannelSession session,
      Envelope envelope,
      BasicProperties properties,
      byte[] body,
      @Nullable BatchDelivery batch) {
    this.session = session;
    this.envelope = envelope;
    this.properties = properties;
    this.body = body;
    this.batch = batch;
    this.attempt = 1 + Headers.count(properties.getHeaders(), Headers.RETRY_COUNT, MAX_RETRY_COUNT);
  }

  /** Python services send an empty body without a content type where a handler returns nothing. */
  boolean isEmptyReply() {
    return body.length == 0 && properties.getContentType() == null;
  }

  /**
   * The body is this event.
   *
   * @throws MalformedEventException if it is not alone in being so
   */
  void decoded(Event<?> decoded) {
    if (batch != null) {
      batch.claim(decoded.id());
      properties = BatchMessages.properties(decoded, properties.getHeaders());
    }
    event = decoded;
  }

  /** The id of the message that it came in, as its publisher wrote it. */
  @Nullable String messageId() {
    return batch != null ? batch.message.messageId() : properties.getMessageId();
  }

  void acknowledge() {
    if (batch != null) {
      batch.finished();
      return;
    }
    session.finished(envelope.getDeliveryTag());
  }
}
