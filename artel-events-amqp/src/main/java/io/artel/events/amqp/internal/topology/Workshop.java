package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a change of partitions works with: single acts on the broker, each of which does nothing
 * where it was done before, and looks at it. For use by one thread.
 */
final class Workshop {

  private static final Duration LOOK = Duration.ofSeconds(2);

  /** So long a set must look empty before it is deleted. */
  private static final Duration EMPTY_FOR = Duration.ofSeconds(20);

  private final Connection connection;
  private final Attempts attempts;
  private final ManagementClient management;
  private final Consumer<String> progress;
  private final TopologyDeclarer declarer;

  /**
   * A workshop on a connection.
   *
   * @param progress told of each step before it is done
   */
  Workshop(
      Connection connection,
      Attempts attempts,
      ManagementClient management,
      TopologyDeclarer declarer,
      Consumer<String> progress) {
    this.connection = connection;
    this.attempts = attempts;
    this.management = management;
    this.declarer = declarer;
    this.progress = progress;
  }

  void say(String step) {
    progress.accept(step);
  }

  BrokerView look() {
    return new BrokerView(management);
  }

  /** Declares these steps, and leaves alone what is there. */
  void declareAll(TopologyLayout layout) throws IOException {
    declarer.declareExactly(connection, layout);
  }

  void setFlag(String flag) throws IOException {
    declareFanout(flag, Map.of());
  }

  void declareFanout(String name, Map<String, Object> arguments) throws IOException {
    act(
        new Exchange(name, "fanout", arguments),
        channel -> channel.exchangeDeclare(name, "fanout", true, false, arguments));
  }

  /** Deletes an exchange with its bindings; the flags are exchanges as well. */
  void deleteExchange(String name) throws IOException {
    act(new Exchange(name, "", Map.of()), channel -> channel.exchangeDelete(name));
  }

  void bind(String exchange, String destination, String key) throws IOException {
    act(
        new TopologyLayout.Binding(exchange, destination, true, key),
        channel -> channel.exchangeBind(destination, exchange, key));
  }

  void unbind(String exchange, String destination, String key) throws IOException {
    act(
        new TopologyLayout.Binding(exchange, destination, true, key),
        channel -> channel.exchangeUnbind(destination, exchange, key));
  }

  private void act(Step step, Attempts.Operation operation) throws IOException {
    BrokerReply reply = attempts.attempt(operation);
    if (reply != null) {
      throw new TopologyException(
          Explanation.subject(step)
              + ": "
              + Explanation.of(reply)
              + ". What was done before stays; run the same again when that is mended");
    }
  }

  /**
   * Deletes a generation that nothing is routed to: its hash exchange first, so that no deleted
   * queue stays in a ring, then its queues, all of which must look empty for 20 s.
   *
   * @param patience how long it may take until they are empty
   * @throws TopologyException if they are not
   */
  void deletePartitions(QueueSpec generation, Duration patience)
      throws IOException, InterruptedException {
    String hash = TopologyLayout.hashExchange(generation);
    List<String> queues = new ArrayList<>(generation.sources());
    queues.add(TopologyLayout.unrouted(hash));
    awaitEmpty(queues, EMPTY_FOR, patience, view -> {});
    say("delete " + GenerationState.described(generation));
    deleteExchange(hash);
    for (String queue : queues) {
      act(
          new Queue(queue, TopologyLayout.Role.PARTITION, null, false, false, Map.of()),
          channel -> channel.queueDelete(queue));
    }
    deleteExchange(TopologyLayout.unrouted(hash));
  }

  /**
   * Makes sure that nobody reads a generation; the broker's own counts, of this moment.
   *
   * @throws TopologyException if somebody does
   */
  void requireNoConsumers(QueueSpec generation) throws IOException {
    for (String queue : generation.sources()) {
      AMQP.Queue.DeclareOk now = ask(queue);
      if (now != null && now.getConsumerCount() > 0) {
        throw new TopologyException(
            Explanation.queue(queue)
                + " of "
                + GenerationState.described(generation)
                + " still has "
                + now.getConsumerCount()
                + " consumers: stop the instances that know that generation first");
      }
    }
  }

  /** Whether somebody reads a generation, or something waits in it, at this moment. */
  boolean isInUse(QueueSpec generation) throws IOException {
    for (String queue : generation.sources()) {
      AMQP.Queue.DeclareOk now = ask(queue);
      if (now != null && now.getConsumerCount() + now.getMessageCount() > 0) {
        return true;
      }
    }
    return false;
  }

  /** What the broker says of a queue, or null if it is not there. */
  private AMQP.Queue.@Nullable DeclareOk ask(String queue) throws IOException {
    AtomicReference<AMQP.Queue.@Nullable DeclareOk> answer = new AtomicReference<>();
    BrokerReply reply = attempts.attempt(channel -> answer.set(channel.queueDeclarePassive(queue)));
    if (reply != null && reply.code() != BrokerReply.NOT_FOUND) {
      throw new TopologyException(Explanation.queue(queue) + ": " + Explanation.of(reply));
    }
    return answer.get();
  }

  /** What is done at each look while one waits. */
  interface AtEachLook {
    void seen(BrokerView view) throws IOException;
  }

  /**
   * Waits until queues have been empty at every look for so long.
   *
   * @throws TopologyException if they are not within the patience
   */
  void awaitEmpty(List<String> queues, Duration emptyFor, Duration patience, AtEachLook atEachLook)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long emptySince = 0;
    boolean empty = false;
    String said = "";
    while (!empty || System.nanoTime() - emptySince < emptyFor.toNanos()) {
      long now = System.nanoTime();
      BrokerView view = look();
      atEachLook.seen(view);
      OptionalLong messages = view.messages(queues);
      boolean emptyNow = messages.isPresent() && messages.getAsLong() == 0;
      if (emptyNow && !empty) {
        emptySince = now;
      }
      empty = emptyNow;
      String waiting =
          messages.isEmpty()
              ? "how many messages wait is not known yet"
              : messages.getAsLong() + " messages wait in what was before";
      if (!empty && now - begin > patience.toNanos()) {
        throw new TopologyException(
            waiting
                + " after "
                + patience.toSeconds()
                + " s ("
                + queues.get(0)
                + " …): is somebody reading them? Run the same again to wait on");
      }
      if (!waiting.equals(said)) {
        say(waiting);
        said = waiting;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }
}
