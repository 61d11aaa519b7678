package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ReturnCallback;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes and waits until the broker has what was published. Sends nothing a second time: who
 * does not know whether something arrived looks first. Used by one thread.
 */
final class CertainChannel {

  private final Channel channel;
  private final Duration timeout;

  /** What the broker returned; set on its I/O thread before the confirmation that is waited for. */
  private volatile @Nullable String returned;

  CertainChannel(Connection connection, Duration timeout) throws IOException {
    channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the connection has no free channel");
    }
    this.timeout = timeout;
    channel.confirmSelect();
    ReturnCallback callback = message -> returned = message.getReplyText();
    channel.addReturnListener(callback);
  }

  /**
   * Publishes these in their order.
   *
   * @throws NotTakenException if the broker refused or returned one of them
   * @throws IOException if it did not say within the timeout
   */
  void publish(List<OutgoingMessage> messages)
      throws IOException, InterruptedException, NotTakenException {
    returned = null;
    boolean taken;
    try {
      for (OutgoingMessage message : messages) {
        channel.basicPublish(
            message.exchange(), message.routingKey(), true, message.properties(), message.body());
      }
      taken = channel.waitForConfirms(timeout.toMillis());
    } catch (TimeoutException e) {
      throw new IOException("the broker did not confirm within " + timeout, e);
    }
    String text = returned;
    if (text != null) {
      throw new NotTakenException("no queue is bound for it (" + text + ")");
    }
    if (!taken) {
      throw new NotTakenException("the broker refused it: its queue is full or cannot store it");
    }
  }

  /** The broker has not taken a message. */
  static final class NotTakenException extends Exception {
    private static final long serialVersionUID = 1L;

    NotTakenException(String message) {
      super(message);
    }
  }
}
