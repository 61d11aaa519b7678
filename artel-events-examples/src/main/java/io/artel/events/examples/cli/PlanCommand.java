package io.artel.events.examples.cli;

import io.artel.events.FlowObserver;
import io.artel.events.TopologyPlan;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.play.Billiards;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what declaring the topology would change. */
@Command(
    name = "plan",
    description = {
      "Compares the platform's topology with the broker's, changing nothing.",
      "Ends with 0 if there is nothing to do, and with 1 if there is something."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions broker;

  @SuppressWarnings("NullAway.Init") // picocli sets both
  PlanCommand() {}

  @Override
  public Integer call() throws BadInput {
    PrintWriter out = spec.commandLine().getOut();
    try (ChosenBroker chosen = broker.chooseOrFind()) {
      if (chosen.discovery() != null) {
        out.println(chosen.discovery());
      }
      TopologyPlan plan =
          ArtelEvents.plan(
              Billiards.settings(
                  chosen.address(), BilliardsTopology.ordered(), "plan", FlowObserver.NONE));
      out.println(plan);
      out.flush();
      return plan.nothingToDo() ? ExitCodes.OK : ExitCodes.NOT_CLEAN;
    }
  }
}
