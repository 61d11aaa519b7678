package io.artel.events.testkit;

import io.artel.events.testkit.internal.faults.Campaign;
import io.artel.events.testkit.internal.faults.Scenario;
import io.artel.events.testkit.internal.faults.Scenarios;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays fault scenarios: breaks brokers, networks, topologies and input under load, and lets a
 * {@link DeliveryOracle} judge what became of the events. {@code docs/faults.md} describes the
 * scenarios.
 *
 * <pre>{@code
 * List<FaultReport> reports =
 *     FaultRunner.builder().only("F1", "F7").broker("4.3").seeds(5).build().run(System.out::println);
 * assertThat(reports).allMatch(FaultReport::isGreen);
 * }</pre>
 *
 * <p>Immutable. A run starts brokers of its own, takes minutes, and needs both processors of a
 * small machine.
 */
public final class FaultRunner {

  /** The broker's name that means an {@link EmbeddedBroker}. */
  public static final String EMBEDDED = "embedded";

  /** The shortest soak. */
  public static final Duration SHORTEST_SOAK = Duration.ofSeconds(1);

  /** How many seeds each scenario is played with unless {@link Builder#seeds} says otherwise. */
  public static final int DEFAULT_SEEDS = 5;

  private static final List<String> BROKERS = List.of("3.10", "4.0", "4.3", EMBEDDED);

  private final List<Scenario> scenarios;
  private final List<String> brokers;
  private final long firstSeed;
  private final int seeds;

  private FaultRunner(Builder builder) {
    brokers = builder.brokers.isEmpty() ? List.of("4.3") : List.copyOf(builder.brokers);
    firstSeed = builder.firstSeed;
    Duration soak = builder.soak;
    seeds = builder.seeds > 0 ? builder.seeds : soak == null ? DEFAULT_SEEDS : 1;
    List<Scenario> chosen =
        builder.only.isEmpty() ? Scenarios.all() : Scenarios.named(builder.only);
    List<String> impossible =
        chosen.stream().filter(each -> !each.isEmbedded()).map(Scenario::id).toList();
    if (brokers.contains(EMBEDDED) && !impossible.isEmpty()) {
      if (!builder.only.isEmpty()) {
        throw new IllegalArgumentException(
            "the embedded broker cannot have the faults " + impossible + "; choose a RabbitMQ");
      }
      chosen = chosen.stream().filter(Scenario::isEmbedded).toList();
    }
    scenarios = soak == null ? chosen : lasting(soak, chosen);
  }

  private static List<Scenario> lasting(Duration soak, List<Scenario> chosen) {
    if (chosen.stream().noneMatch(FaultRunner::isSoak)) {
      throw new IllegalArgumentException(
          "soak is "
              + soak.toSeconds()
              + " s, but "
              + Scenarios.SOAK
              + ", which is to last so long, is not among "
              + chosen.stream().map(Scenario::id).toList());
    }
    return chosen.stream().map(each -> isSoak(each) ? each.lasting(soak) : each).toList();
  }

  private static boolean isSoak(Scenario scenario) {
    return scenario.id().equals(Scenarios.SOAK);
  }

  /** A runner in the making. */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the ids of all scenarios, in their order} */
  public static List<String> scenarios() {
    return Scenarios.all().stream().map(Scenario::id).toList();
  }

  /**
   * Plays the scenarios, one broker after the other.
   *
   * @param each is told of each report as soon as there is one; those of a broker come in the order
   *     in which they are ready
   * @return the reports, in the order of brokers and scenarios
   * @throws BrokerUnavailableException if a broker is not on this machine, or does not start
   */
  public List<FaultReport> run(Consumer<FaultReport> each) {
    List<FaultReport> reports = new ArrayList<>();
    for (String broker : brokers) {
      reports.addAll(new Campaign(broker, scenarios, firstSeed, seeds, each).play());
    }
    return reports;
  }

  /** Says what is to be played. Not safe for use by several threads. */
  public static final class Builder {
    private final List<String> only = new ArrayList<>();
    private final List<String> brokers = new ArrayList<>();
    private long firstSeed = 1;
    private int seeds;
    private @Nullable Duration soak;

    private Builder() {}

    /**
     * Plays only these; all unless given.
     *
     * @param ids for example {@code F7a}; {@code F7} means all that begin so
     */
    public Builder only(String... ids) {
      only.addAll(List.of(ids));
      return this;
    }

    /**
     * Plays on this broker, and on others that are added; 4.3 unless given.
     *
     * @param name {@code 3.10}, {@code 4.0}, {@code 4.3}, or {@link #EMBEDDED}, which knows fewer
     *     faults
     * @throws IllegalArgumentException if it is none of these
     */
    public Builder broker(String name) {
      if (!BROKERS.contains(Objects.requireNonNull(name, "name"))) {
        throw new IllegalArgumentException(
            "there is no broker '" + name + "' for faults; choose from " + BROKERS);
      }
      brokers.add(name);
      return this;
    }

    /** What decides times and sessions; the first of several, 1 unless given. */
    public Builder firstSeed(long seed) {
      firstSeed = seed;
      return this;
    }

    /**
     * How many seeds each scenario is played with; {@value FaultRunner#DEFAULT_SEEDS} unless given,
     * and 1 with a {@link #soak}.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder seeds(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("seeds is " + count + ", but must be 1 or more");
      }
      seeds = count;
      return this;
    }

    /**
     * How long F29 lasts, which does one fault after the other; a minute and a half unless given.
     *
     * @throws IllegalArgumentException if it is less than a second
     */
    public Builder soak(Duration time) {
      if (time.compareTo(SHORTEST_SOAK) < 0) {
        throw new IllegalArgumentException("soak is " + time + ", but must be a second or more");
      }
      soak = time;
      return this;
    }

    /**
     * The runner.
     *
     * @throws IllegalArgumentException if there is no such scenario, the broker cannot play it, or
     *     there is a {@link #soak} but F29 is not played
     */
    public FaultRunner build() {
      return new FaultRunner(this);
    }
  }
}
