package io.artel.events.testkit.internal.faults;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** All scenarios; {@code docs/faults.md} has them as a table. */
public final class Scenarios {
  /** The scenario that lasts as long as one likes. */
  public static final String SOAK = "F29";

  private static final List<Scenario> ALL =
      Stream.of(
              BrokerScenarios.all(),
              ClusterScenarios.all(),
              ClusterNetworkScenarios.all(),
              NetworkScenarios.all(),
              TopologyScenarios.all(),
              InputScenarios.all(),
              ConsumerScenarios.all(),
              OwnershipScenarios.all(),
              RingScenarios.all(),
              PartitionScenarios.all(),
              RetryScenarios.all(),
              PoisonScenarios.all(),
              List.of(Soak.scenario()))
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(Scenarios::number).thenComparing(Scenario::id))
          .toList();

  private Scenarios() {}

  /** Every scenario, in the order of their numbers. */
  public static List<Scenario> all() {
    return ALL;
  }

  /**
   * Those with these ids, in the order of their numbers; {@code F7} means {@code F7a}, {@code F7b}
   * and so on.
   *
   * @throws IllegalArgumentException if there is none for one of the ids
   */
  public static List<Scenario> named(Collection<String> ids) {
    Set<Scenario> chosen = new LinkedHashSet<>();
    for (String id : ids) {
      List<Scenario> fitting = ALL.stream().filter(each -> fits(each.id(), id)).toList();
      if (fitting.isEmpty()) {
        throw new IllegalArgumentException(
            "there is no fault scenario '"
                + id
                + "'; choose from "
                + ALL.stream().map(Scenario::id).toList());
      }
      chosen.addAll(fitting);
    }
    return ALL.stream().filter(chosen::contains).toList();
  }

  private static boolean fits(String id, String wanted) {
    return id.equals(wanted)
        || (id.startsWith(wanted) && Character.isLetter(id.charAt(wanted.length())));
  }

  private static int number(Scenario scenario) {
    return Integer.parseInt(scenario.id().replaceAll("\\D", ""));
  }
}
