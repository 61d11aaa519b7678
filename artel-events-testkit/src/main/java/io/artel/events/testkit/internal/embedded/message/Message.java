package io.artel.events.testkit.internal.embedded.message;

import org.jspecify.annotations.Nullable;

/** A message on its way or in a queue. It never changes; what changes on the way is a new one. */
public final class Message {
  private final String exchange;
  private final String routingKey;
  private final Properties properties;
  private final byte[] body;
  private final @Nullable DeathHistory deaths;

  /** A message as a publisher sent it. */
  public Message(String exchange, String routingKey, Properties properties, byte[] body) {
    this(exchange, routingKey, properties, body, null);
  }

  /** A message that has been dead-lettered, where the history is kept beside the headers. */
  public Message(
      String exchange,
      String routingKey,
      Properties properties,
      byte[] body,
      @Nullable DeathHistory deaths) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.properties = properties;
    this.body = body;
    this.deaths = deaths;
  }

  /** {@return the exchange it was last published to} */
  public String exchange() {
    return exchange;
  }

  /** {@return the routing key it was last published with} */
  public String routingKey() {
    return routingKey;
  }

  /** {@return the properties} */
  public Properties properties() {
    return properties;
  }

  /** {@return the body, which all leave alone} */
  public byte[] body() {
    return body;
  }

  /**
   * {@return where it has been dead-lettered so far, if the broker keeps that beside the headers}
   */
  public @Nullable DeathHistory deaths() {
    return deaths;
  }

  /** {@return the same message with other properties} */
  public Message with(Properties other) {
    return new Message(exchange, routingKey, other, body, deaths);
  }
}
