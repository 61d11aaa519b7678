package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.FaultReport;
import io.artel.events.testkit.FaultRun;
import io.artel.events.testkit.FaultRunner;
import io.artel.events.testkit.internal.faults.Scenario.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * All scenarios on one version of the broker: those that leave it alone side by side, in virtual
 * hosts of their own on one broker; those that do not, one after the other on others.
 */
public final class Campaign {
  private static final int SIDE_BY_SIDE = 3;

  private final String broker;
  private final List<Scenario> scenarios;
  private final long firstSeed;
  private final int seeds;
  private final Consumer<FaultReport> each;

  /** A campaign that has not begun. */
  public Campaign(
      String broker,
      List<Scenario> scenarios,
      long firstSeed,
      int seeds,
      Consumer<FaultReport> each) {
    this.broker = broker;
    this.scenarios = scenarios;
    this.firstSeed = firstSeed;
    this.seeds = seeds;
    this.each = each;
  }

  /** Plays it, and returns the reports in the order of the scenarios. */
  public List<FaultReport> play() {
    if (broker.equals(FaultRunner.EMBEDDED)) {
      return play(FaultRunner.EMBEDDED, Campaign::onItsOwnBroker);
    }
    Set<Place> places = scenarios.stream().map(Scenario::place).collect(Collectors.toSet());
    try (CampaignBrokers brokers = new CampaignBrokers(broker, places)) {
      return play(brokers.version(), brokers::play);
    }
  }

  private interface Player {
    FaultRun play(Scenario scenario, long seed);
  }

  private static FaultRun onItsOwnBroker(Scenario scenario, long seed) {
    try (EmbeddedNode node = new EmbeddedNode()) {
      return Play.once(scenario, node, seed);
    }
  }

  private List<FaultReport> play(String version, Player player) {
    ExecutorService together = Executors.newFixedThreadPool(SIDE_BY_SIDE);
    ExecutorService alone = Executors.newSingleThreadExecutor();
    try {
      List<CompletableFuture<FaultReport>> reports = new ArrayList<>();
      for (Scenario scenario : scenarios) {
        reports.add(
            report(scenario, version, player, scenario.place() == Place.SHARED ? together : alone));
      }
      return reports.stream().map(CompletableFuture::join).toList();
    } finally {
      together.shutdownNow();
      alone.shutdownNow();
    }
  }

  /** Plays a scenario with all seeds on these threads. */
  private CompletableFuture<FaultReport> report(
      Scenario scenario, String version, Player player, Executor threads) {
    List<CompletableFuture<FaultRun>> runs =
        LongStream.range(firstSeed, firstSeed + seeds)
            .mapToObj(
                seed -> CompletableFuture.supplyAsync(() -> player.play(scenario, seed), threads))
            .toList();
    return CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new))
        .thenApply(
            unused -> {
              FaultReport report =
                  new FaultReport(
                      scenario.id(),
                      scenario.title(),
                      version,
                      runs.stream().map(CompletableFuture::join).toList());
              synchronized (each) {
                each.accept(report);
              }
              return report;
            });
  }
}
