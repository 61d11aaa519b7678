package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Connection;
import io.artel.events.ConnectionException;
import io.artel.events.QueueSpec;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import io.artel.events.TopologyPlan;
import io.artel.events.TopologyPlan.Finding;
import io.artel.events.TopologyPlan.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a topology against a broker and says what is missing, different, refused, retired, extra or
 * not checked. Changes nothing. Safe for use by several threads.
 */
public final class TopologyPlanner {

  private static final String UNSEEN =
      "bindings between what exists, extra and retired objects, policies, hash headers";

  private final TopologyDeclarer declarer;

  /** A planner that looks as the declarer does. */
  public TopologyPlanner(TopologyDeclarer declarer) {
    this.declarer = declarer;
  }

  /**
   * Makes a plan.
   *
   * @param management where more can be seen than AMQP shows, or null
   * @throws IOException if the connection is lost
   */
  public TopologyPlan plan(
      Connection connection, @Nullable ManagementClient management, TopologyLayout whole)
      throws IOException {
    TopologyLayout layout = GenerationState.declarable(connection, whole);
    Inspection inspection = declarer.inspect(connection, layout);
    List<Finding> findings = new ArrayList<>();
    Map<QueueSpec, String> waiting = GenerationState.waiting(connection, layout.topology());
    waiting.forEach(
        (queue, why) ->
            findings.add(new Finding(Kind.DIFFERENT, Explanation.queue(queue.name()), why)));
    for (Inspection.Refusal refusal : inspection.refusals) {
      findings.add(new Finding(Kind.REFUSED, refusal.subject(), refusal.sentence()));
    }
    for (Step step : inspection.missing) {
      findings.add(new Finding(Kind.MISSING, Explanation.subject(step), describe(step)));
    }
    // By object and argument: management sees what AMQP saw, and more.
    Map<String, Map<String, Difference>> differences = new LinkedHashMap<>();
    inspection.differences.forEach(difference -> put(differences, difference));
    Audit audit = audit(management, layout, waiting.keySet(), inspection, findings);
    if (audit == null) {
      layout.bindings().stream()
          .filter(inspection::endMissing)
          .forEach(binding -> findings.add(missing(binding)));
    } else {
      audit.differences().forEach(difference -> put(differences, difference));
      findings.addAll(audit.findings());
    }
    differences.values().stream()
        .flatMap(ofOne -> ofOne.values().stream())
        .map(difference -> new Finding(Kind.DIFFERENT, difference.subject(), difference.sentence()))
        .forEach(findings::add);
    return new TopologyPlan(
        "topology " + layout.topology(),
        "RabbitMQ "
            + connection.getServerProperties().get("version")
            + " at "
            + connection.getAddress().getHostAddress()
            + ":"
            + connection.getPort(),
        findings);
  }

  private static @Nullable Audit audit(
      @Nullable ManagementClient management,
      TopologyLayout layout,
      Set<QueueSpec> waiting,
      Inspection inspection,
      List<Finding> findings) {
    if (management == null) {
      findings.add(
          new Finding(
              Kind.NOT_CHECKED,
              UNSEEN,
              "AMQP does not show them; name RabbitMQ's management API with managementUri(…)"));
      return null;
    }
    try {
      return Audit.of(management, layout, waiting, inspection);
    } catch (ConnectionException e) {
      findings.add(new Finding(Kind.NOT_CHECKED, UNSEEN, String.valueOf(e.getMessage())));
      return null;
    }
  }

  static Finding missing(Binding binding) {
    return new Finding(Kind.MISSING, Explanation.subject(binding), describe(binding));
  }

  private static void put(Map<String, Map<String, Difference>> differences, Difference difference) {
    differences
        .computeIfAbsent(difference.subject(), subject -> new LinkedHashMap<>())
        .put(difference.argument(), difference);
  }

  /** What a missing object is for. */
  private static String describe(Step step) {
    if (step instanceof Exchange exchange) {
      return "an exchange of type " + exchange.type();
    }
    if (step instanceof Queue queue) {
      String owner = queue.logical() == null ? "" : " of '" + queue.logical() + "'";
      return switch (queue.role()) {
        case SOURCE -> "consumers read it";
        case PARTITION -> "a partition" + owner;
        case RETRY -> "a step of the retry ladder" + owner;
        case DEAD_LETTER -> "the dead letters" + owner;
        case UNROUTED -> "what no binding took";
      };
    }
    return "nothing is routed this way";
  }
}
