package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.amqp.internal.connection.Channels;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Does things on a connection that the broker may refuse. A refusal costs the channel; the next
 * attempt then has another one. For use by one thread.
 */
final class Attempts implements AutoCloseable {

  /** What is attempted. */
  interface Operation {
    void on(Channel channel) throws IOException;
  }

  private final Connection connection;
  private @Nullable Channel channel;

  Attempts(Connection connection) {
    this.connection = connection;
  }

  /**
   * Attempts something.
   *
   * @return null if the broker did it, else why it did not
   * @throws IOException if the connection is lost, or the broker does not answer
   */
  @Nullable BrokerReply attempt(Operation operation) throws IOException {
    try {
      operation.on(open());
      return null;
    } catch (IOException | ShutdownSignalException e) {
      BrokerReply reply = BrokerReply.of(e);
      if (reply == null || reply.fatal()) {
        throw e instanceof IOException lost ? lost : new IOException("the connection is lost", e);
      }
      channel = null;
      return reply;
    }
  }

  private Channel open() throws IOException {
    Channel current = channel;
    if (current == null) {
      current =
          connection
              .openChannel()
              .orElseThrow(() -> new IOException("the connection has no channel left"));
      channel = current;
    }
    return current;
  }

  @Override
  public void close() {
    if (channel != null) {
      Channels.abort(channel);
      channel = null;
    }
  }
}
