package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Connection;

/** Opens another connection to the same broker, for something that may cost it. */
@FunctionalInterface
public interface ConnectionSupplier {

  /**
   * Opens one; the caller closes it.
   *
   * @throws io.artel.events.ConnectionException if the broker does not let us
   */
  Connection open();
}
