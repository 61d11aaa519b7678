package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.connection.Channels;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks a broker about queues and exchanges, each time on a channel of its own. */
final class Depths {

  private static final Duration MOMENT = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 20;

  private final Connection connection;

  Depths(Connection connection) {
    this.connection = connection;
  }

  /** How many messages are ready in a queue. */
  long ready(String queue) throws IOException {
    return look(queue).getMessageCount();
  }

  /** How many messages are ready in a queue; none where there is no such queue. */
  long readyIfThere(String queue) throws IOException {
    try {
      return ready(queue);
    } catch (TopologyException e) {
      return 0;
    }
  }

  /** How many consumers a queue has; one that died counts until what it held is back. */
  int consumers(String queue) throws IOException {
    return look(queue).getConsumerCount();
  }

  /** Waits a moment until a queue has no more consumers than so many; false if it has. */
  boolean awaitConsumers(String queue, int most) throws IOException, InterruptedException {
    return awaitConsumers(queue, most, MOMENT);
  }

  /** Waits until a queue has no more consumers than so many; false if it still has after this. */
  boolean awaitConsumers(String queue, int most, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (consumers(queue) > most) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /**
   * Makes sure that an exchange is there.
   *
   * @throws TopologyException if it is not
   */
  void requireExchange(String exchange) throws IOException {
    var unused = ask("exchange '" + exchange + "'", c -> c.exchangeDeclarePassive(exchange));
  }

  /**
   * Makes sure that a queue is there.
   *
   * @throws TopologyException if it is not
   */
  AMQP.Queue.DeclareOk look(String queue) throws IOException {
    return ask("queue '" + queue + "'", channel -> channel.queueDeclarePassive(queue));
  }

  private interface Question<A> {
    A put(Channel channel) throws IOException;
  }

  private <A> A ask(String what, Question<A> question) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the connection has no free channel");
    }
    try {
      return question.put(channel);
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && !signal.isHardError()
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        throw new TopologyException(
            close.getReplyCode() == AMQP.NOT_FOUND
                ? what + " is not on the broker: declare the topology first, or check the name"
                : "the broker does not let us look at " + what + ": " + close.getReplyText(),
            e);
      }
      throw e;
    } finally {
      Channels.abort(channel);
    }
  }
}
