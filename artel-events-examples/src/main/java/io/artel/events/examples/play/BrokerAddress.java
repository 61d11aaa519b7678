package io.artel.events.examples.play;

import org.jspecify.annotations.Nullable;

/**
 * Where the broker is. The URIs hold passwords and are never shown.
 *
 * @param amqp {@code amqp://user:password@host:port/vhost}
 * @param management the management API, or null where it is not known
 */
public record BrokerAddress(String amqp, @Nullable String management) {
  @Override
  public String toString() {
    return "a broker";
  }
}
