package io.artel.events.testkit.internal.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;

/** Asks a broker over AMQP who it is. */
final class AmqpProbe {
  private static final int TIMEOUT_MILLIS = 5_000;

  private AmqpProbe() {}

  /**
   * Connects, logs in, and returns the version that the broker reports.
   *
   * @throws IllegalArgumentException if this is no URI for AMQP; the text leaves out the URI
   */
  static String version(String amqpUri) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(amqpUri);
    } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("The URI is not one for AMQP.");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setExceptionHandler(
        new DefaultExceptionHandler() {
          @Override
          protected void log(String message, Throwable failure) {
            // The caller hears of it, and says it in a sentence.
          }
        });
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    Connection connection = factory.newConnection("artel-events-testkit");
    try {
      return String.valueOf(connection.getServerProperties().get("version"));
    } finally {
      connection.abort(TIMEOUT_MILLIS);
    }
  }
}
