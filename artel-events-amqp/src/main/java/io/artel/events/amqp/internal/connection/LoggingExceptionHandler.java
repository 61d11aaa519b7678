package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.ExceptionHandler;
import com.rabbitmq.client.TopologyRecoveryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what a callback of ours let through. The client's own handler would close the channel as
 * well, and so turn a defect in a listener into lost consumers.
 */
final class LoggingExceptionHandler implements ExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(LoggingExceptionHandler.class);

  @Override
  public void handleUnexpectedConnectionDriverException(Connection connection, Throwable failure) {
    // Whoever opened the connection says what becomes of it.
    log.debug("connection {} failed", connection.getClientProvidedName(), failure);
  }

  @Override
  public void handleReturnListenerException(Channel channel, Throwable failure) {
    log.error("a return listener failed", failure);
  }

  @Override
  public void handleConfirmListenerException(Channel channel, Throwable failure) {
    log.error("a confirm listener failed", failure);
  }

  @Override
  public void handleBlockedListenerException(Connection connection, Throwable failure) {
    log.error("a blocked listener failed", failure);
  }

  @Override
  public void handleConsumerException(
      Channel channel, Throwable failure, Consumer consumer, String tag, String method) {
    log.error("{} of a consumer failed", method, failure);
  }

  @Override
  public void handleConnectionRecoveryException(Connection connection, Throwable failure) {
    log.error("recovery, which is off, failed", failure);
  }

  @Override
  public void handleChannelRecoveryException(Channel channel, Throwable failure) {
    log.error("recovery, which is off, failed", failure);
  }

  @Override
  public void handleTopologyRecoveryException(
      Connection connection, Channel channel, TopologyRecoveryException failure) {
    log.error("recovery, which is off, failed", failure);
  }
}
