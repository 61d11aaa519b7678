package io.artel.events.examples.cli;

import io.artel.events.FlowObserver;
import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.PartitionChange;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.play.Billiards;
import io.artel.events.examples.play.BrokerAddress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes the number of partitions of an ordered queue of the platform. */
@Command(
    name = "partitions",
    description = {
      "Changes the number of partitions of an ordered queue while events flow.",
      "plan changes nothing; change can be interrupted and run again; rollback goes back;",
      "remove-old deletes the queues that are not in use any more.",
      "Instances with the new number may be started before; they wait."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PartitionsCommand implements Callable<Integer> {

  /** What is to be done. */
  enum Action {
    PLAN,
    CHANGE,
    ROLLBACK,
    REMOVE_OLD;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final long DEFAULT_PATIENCE_SECONDS = 600;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
  private Action action;

  @Parameters(index = "1", paramLabel = "QUEUE", description = "The ordered queue.")
  private String queue;

  @Option(
      names = "--from",
      paramLabel = "N",
      required = true,
      split = ",",
      description = "The number it has; with commas all that it ever had, the first one first.")
  private int[] from;

  @Option(
      names = "--to",
      paramLabel = "N",
      required = true,
      description = "The number it is to have.")
  private int to;

  @Option(
      names = "--patience",
      paramLabel = "S",
      description = {
        "How many seconds partitions may take until they are empty;",
        DEFAULT_PATIENCE_SECONDS + " unless given."
      })
  private long patienceSeconds = DEFAULT_PATIENCE_SECONDS;

  @Option(names = "--dry-run", description = "Says what would be done, as plan does.")
  private boolean dryRun;

  @Option(
      names = "--amqp",
      paramLabel = "URI",
      required = true,
      description = "The broker: amqp://user:password@host:port/vhost, or amqps://.")
  private String amqp;

  @Option(
      names = "--management",
      paramLabel = "URI",
      description = "Its management API, which it needs: http://user:password@host:15672.")
  private @Nullable String management;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  PartitionsCommand() {}

  @Override
  public Integer call() throws BadInput {
    PrintWriter out = spec.commandLine().getOut();
    PartitionChange change = change();
    if (dryRun || action == Action.PLAN) {
      change.plan().forEach(out::println);
      out.flush();
      return ExitCodes.OK;
    }
    Duration patience = Duration.ofSeconds(patienceSeconds);
    Consumer<String> progress =
        step -> {
          out.println(step);
          out.flush();
        };
    switch (action) {
      case CHANGE -> change.run(patience, progress);
      case ROLLBACK -> change.rollBack(patience, progress);
      case REMOVE_OLD -> change.removeOld(patience, progress);
      case PLAN -> throw new AssertionError("planned before");
    }
    return ExitCodes.OK;
  }

  private PartitionChange change() throws BadInput {
    Topology topology = BilliardsTopology.ordered();
    QueueSpec ordered =
        topology
            .find(queue)
            .filter(QueueSpec::isPartitioned)
            .orElseThrow(
                () ->
                    new BadInput(
                        "the platform has no ordered queue '"
                            + queue
                            + "'; it has "
                            + topology.queues().stream()
                                .filter(QueueSpec::isPartitioned)
                                .map(QueueSpec::name)
                                .toList()));
    ArtelSettings settings =
        Billiards.settings(
            new BrokerAddress(amqp, management),
            topology.with(ordered.partitions(to).formerly(from)),
            "partitions",
            FlowObserver.NONE);
    return ArtelEvents.partitionChange(settings, queue);
  }
}
