package io.artel.events.amqp;

import com.rabbitmq.client.Connection;
import io.artel.events.ConnectionException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.topology.ManagementClient;
import io.artel.events.amqp.internal.topology.PartitionChanger;
import io.artel.events.amqp.internal.topology.TopologyDeclarer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The change of an ordered queue from one number of partitions to another, under load and without
 * disturbing the order of any session.
 *
 * <pre>{@code
 * Topology topology = Topology.on("artel.events")
 *     .queue("game.service.queue", q -> q.bind("game.*").partitions(12).formerly(8));
 * PartitionChange change = ArtelEvents.partitionChange(settings, "game.service.queue");
 * change.run(Duration.ofMinutes(10), System.out::println);
 * }</pre>
 *
 * <p>Instances with the new number may be started at any time: they wait, and read when the change
 * is made. Those with the old number are stopped after that; while the change runs they have to
 * read, since the new partitions are read only when the old ones are empty. Events that come in
 * between wait in the new partitions.
 *
 * <p>Every method works on a connection of its own, on the calling thread, until it is done. What
 * was interrupted is finished by calling the same again: how far it is, is on the broker. Two at
 * once for the same queue are refused.
 *
 * <p>Every method throws {@link ConnectionException} if the broker or its management API is not
 * there or goes away, and {@link TopologyException} if it cannot be done, with the reason.
 */
public final class PartitionChange {

  private final ArtelSettings settings;
  private final QueueSpec queue;

  PartitionChange(ArtelSettings settings, QueueSpec queue) {
    this.settings = settings;
    this.queue = queue;
  }

  /** The queue whose partitions it changes. */
  public String queue() {
    return queue.name();
  }

  /**
   * How each generation fares, and what there is to do, one sentence each; changes nothing. How
   * many messages there are may be some seconds old.
   */
  public List<String> plan() {
    return work(step -> {}, PartitionChanger::plan);
  }

  /**
   * Changes over to the number of partitions that the settings say; does nothing where that is
   * done.
   *
   * @param patience how long the former partitions may take until they are empty; when it is over
   *     this throws, and the same again waits on
   * @param progress told of each step before it is done, on the calling thread; what it throws ends
   *     this before that step
   */
  public void run(Duration patience, Consumer<String> progress) {
    act(progress, changer -> changer.run(patience));
  }

  /**
   * Goes back to the former number of partitions. Before the cut that takes back what was done.
   * After it the change is finished first, and then made the other way round, in the same order and
   * with the same waits; the old partitions are made anew for it, so that instances which still
   * read them wait for their turn.
   *
   * @param patience how long partitions may take until they are empty, each time that is waited for
   * @param progress as in {@link #run}
   */
  public void rollBack(Duration patience, Consumer<String> progress) {
    act(progress, changer -> changer.rollBack(patience));
  }

  /**
   * Deletes the partitions that are not in use any more, after they have looked empty for 20 s.
   *
   * @param patience how long they may take until they are empty
   * @param progress as in {@link #run}
   * @throws TopologyException also if somebody still reads them, or the change is not done
   */
  public void removeOld(Duration patience, Consumer<String> progress) {
    act(progress, changer -> changer.removeOld(patience));
  }

  private interface Work<R> {
    R with(PartitionChanger changer) throws IOException, InterruptedException;
  }

  private interface Act {
    void on(PartitionChanger changer) throws IOException, InterruptedException;
  }

  private void act(Consumer<String> progress, Act act) {
    var unused =
        work(
            progress,
            changer -> {
              act.on(changer);
              return changer;
            });
  }

  private <R> R work(Consumer<String> progress, Work<R> work) {
    return Administration.administer(
        settings,
        settings.endpoint(),
        (connection, declarer) -> work(connection, declarer, progress, work));
  }

  private <R> R work(
      Connection connection, TopologyDeclarer declarer, Consumer<String> progress, Work<R> work)
      throws IOException {
    ManagementClient management =
        new ManagementClient(
            Objects.requireNonNull(settings.management()),
            settings.endpoint().virtualHost(),
            settings.endpoint().tls());
    try (PartitionChanger changer =
        new PartitionChanger(
            connection, management, declarer, settings.topology(), queue, progress)) {
      return work.with(changer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(
          "the thread was interrupted while it changed the partitions of '"
              + queue.name()
              + "'; the same again goes on from there",
          true,
          e);
    }
  }

  @Override
  public String toString() {
    return "change of " + queue.name() + " to " + queue.partitions() + " partitions";
  }
}
