package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.amqp.internal.connection.Channels;
import io.artel.events.amqp.internal.connection.Endpoint;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
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

  /** A method that is on its way; a channel has one at a time. */
  private record Asked(Channel channel, CompletableFuture<Command> answer) {}

  /** So many methods are on their way at once, each on a channel of its own. */
  private static final int AT_ONCE = 4;

  private final Connection connection;

  /** Open, and with nothing on its way. */
  private final Deque<Channel> idle = new ArrayDeque<>();

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
    Channel channel = open();
    try {
      operation.on(channel);
    } catch (IOException | ShutdownSignalException e) {
      return refusal(e);
    }
    idle.push(channel);
    return null;
  }

  /**
   * Attempts several methods that do not depend on each other, without waiting for one before the
   * next is sent.
   *
   * @return for each method nothing if the broker did it, else why it did not
   * @throws IOException if the connection is lost, or the broker does not answer
   */
  List<Optional<BrokerReply>> attemptAll(List<? extends Method> methods) throws IOException {
    List<Optional<BrokerReply>> replies = new ArrayList<>(methods.size());
    Deque<Asked> underWay = new ArrayDeque<>();
    for (Method method : methods) {
      if (underWay.size() == AT_ONCE) {
        replies.add(await(underWay.remove()));
      }
      underWay.add(ask(method));
    }
    while (!underWay.isEmpty()) {
      replies.add(await(underWay.remove()));
    }
    return replies;
  }

  private Asked ask(Method method) throws IOException {
    Channel channel = open();
    try {
      CompletableFuture<Command> answer = channel.asyncCompletableRpc(method);
      return new Asked(
          channel, answer.orTimeout(Endpoint.RPC_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ShutdownSignalException e) {
      throw lost(e);
    }
  }

  private Optional<BrokerReply> await(Asked asked) throws IOException {
    try {
      Command unused = asked.answer.join();
    } catch (CompletionException e) {
      return Optional.of(refusal(e));
    }
    idle.push(asked.channel);
    return Optional.empty();
  }

  /**
   * Why the broker refused.
   *
   * @throws IOException if it did not refuse: the connection is lost, or it does not answer
   */
  private BrokerReply refusal(Exception failure) throws IOException {
    BrokerReply reply = BrokerReply.of(failure);
    if (reply == null || reply.fatal()) {
      throw lost(failure);
    }
    return reply;
  }

  /** Also forgets the channels: to close them would be to wait for an answer again. */
  private IOException lost(Exception failure) {
    idle.clear();
    return failure instanceof IOException lost
        ? lost
        : new IOException("the connection is lost", failure);
  }

  private Channel open() throws IOException {
    Channel channel = idle.poll();
    return channel != null
        ? channel
        : connection
            .openChannel()
            .orElseThrow(() -> new IOException("the connection has no channel left"));
  }

  @Override
  public void close() {
    idle.forEach(Channels::abort);
    idle.clear();
  }
}
