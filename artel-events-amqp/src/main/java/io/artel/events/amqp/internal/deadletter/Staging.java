package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.internal.connection.Channels;
import io.artel.events.amqp.internal.deadletter.CertainChannel.NotTakenException;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import io.artel.events.amqp.internal.topology.ReadingGate;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The queue where copies wait on their way back. Whatever is in it is there for certain and read by
 * nobody but redrives, so that one that was interrupted can be finished; and it is the broker that
 * moves a copy on from here, once it is told: there is no moment at which a client that dies leaves
 * it in two places. ADR 5 says more.
 */
final class Staging {

  private final Lines lines;
  private final Home home;
  private final QueueSpec target;
  private final Duration timeout;
  private @Nullable CertainChannel publishing;

  Staging(Lines lines, Home home, QueueSpec target, Duration timeout) {
    this.lines = lines;
    this.home = home;
    this.target = target;
    this.timeout = timeout;
  }

  String queue() {
    return home.stagingQueue();
  }

  /**
   * Makes sure that everything is there, and is read in the generation that we know: copies that
   * found their way blocked would wait unseen.
   *
   * @throws TopologyException if something is missing or otherwise
   */
  void prepare(boolean declares) throws IOException {
    ReadingGate.requireOpen(lines.working, target);
    for (String source : target.sources()) {
      lines.depths.look(source);
    }
    if (target.isPartitioned()) {
      lines.depths.requireExchange(TopologyLayout.hashExchange(target));
    }
    if (!declares) {
      lines.depths.look(queue());
      return;
    }
    Channel channel = lines.working.createChannel();
    try {
      channel.queueDeclare(queue(), true, false, false, arguments());
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        throw new TopologyException(
            "queue '"
                + queue()
                + "', where dead letters wait on their way back, cannot be declared: the broker"
                + " says "
                + close.getReplyText(),
            e);
      }
      throw e;
    } finally {
      Channels.abort(channel);
    }
  }

  /** Dead-lettered from here is put back: into the queue, or by session into its partitions. */
  private Map<String, Object> arguments() {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("x-queue-type", "quorum");
    if (target.isPartitioned()) {
      arguments.put("x-dead-letter-exchange", TopologyLayout.hashExchange(target));
    } else {
      arguments.put("x-dead-letter-exchange", "");
      arguments.put("x-dead-letter-routing-key", target.name());
    }
    arguments.put("x-overflow", "reject-publish");
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-delivery-limit", TopologyLayout.BROWSING_DELIVERY_LIMIT);
    return arguments;
  }

  /** Puts copies in, in their order; they are there when this returns. */
  void put(List<OutgoingMessage> copies) throws IOException, InterruptedException {
    if (publishing == null) {
      publishing = new CertainChannel(lines.working, timeout);
    }
    try {
      publishing.publish(copies);
    } catch (NotTakenException e) {
      throw new IOException("'" + queue() + "' does not take copies: " + e.getMessage(), e);
    }
  }
}
