package io.artel.events.amqp.internal.message;

import com.rabbitmq.client.AMQP.BasicProperties;

/**
 * A message on its way out. Its properties always have a message id: returns are told apart by it.
 *
 * @param requiresRoute whether it is an error that no queue takes it
 * @param events how many events it holds: 1, or more for a batch
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OutgoingMessage(
    String exchange,
    String routingKey,
    BasicProperties properties,
    byte[] body,
    boolean requiresRoute,
    int events) {

  /** The message of one event. */
  public OutgoingMessage(
      String exchange,
      String routingKey,
      BasicProperties properties,
      byte[] body,
      boolean requiresRoute) {
    this(exchange, routingKey, properties, body, requiresRoute, 1);
  }
}
