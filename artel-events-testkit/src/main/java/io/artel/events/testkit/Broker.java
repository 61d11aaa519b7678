package io.artel.events.testkit;

/**
 * A broker that tests run on: an {@link EmbeddedBroker} or a real {@link RabbitMq}. What both can
 * do is here, so that a test runs on either.
 */
public interface Broker {

  /** {@return the URI for AMQP with user and password, on the default virtual host} */
  String amqpUri();

  /** {@return the full version that the broker itself reports, for example {@code 4.3.6}} */
  String version();

  /**
   * {@return a look at a queue of the default virtual host; each call on it asks the broker anew}
   *
   * @param name the queue, which need not exist yet
   */
  BrokerQueue queue(String name);
}
