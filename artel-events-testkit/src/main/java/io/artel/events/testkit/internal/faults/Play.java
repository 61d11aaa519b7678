package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.DeliveryOracle;
import io.artel.events.testkit.FaultRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays a scenario once. */
final class Play {
  private static final AtomicInteger RUNNING = new AtomicInteger();

  private Play() {}

  /** Never throws: whatever goes wrong makes the run red. */
  static FaultRun once(Scenario scenario, Node node, long seed) {
    RUNNING.incrementAndGet();
    try {
      return play(scenario, node, seed);
    } finally {
      RUNNING.decrementAndGet();
    }
  }

  /** Whether something else is played in this process. */
  static boolean hasOthers() {
    return RUNNING.get() > 1;
  }

  private static FaultRun play(Scenario scenario, Node node, long seed) {
    long began = System.nanoTime();
    StageSettings settings = scenario.settings().apply(StageSettings.defaults()).on(node.version());
    String name = "faults-" + scenario.id() + "-" + seed + "-" + UUID.randomUUID();
    try (Stage stage = new Stage(node, settings, name, seed, scenario.events())) {
      attempt(stage, scenario.act(), "the scenario failed");
      attempt(stage, Drain::of, "what is left in queues could not be looked at");
      stage.judge();
      return new FaultRun(
          seed,
          stage.faults(),
          stage.oracle.verdict(stage.bound()),
          stage.recovery(),
          stage.publisherRecovery(),
          stage.problems(),
          stage.delays(),
          stage.figures(),
          stage.course(),
          settings.toString(),
          since(began));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(settings, seed, began, e);
    } catch (Exception | AssertionError e) {
      return failed(settings, seed, began, e);
    }
  }

  /** What was seen until something went wrong is told as well. */
  private static void attempt(Stage stage, Scenario.Act act, String otherwise)
      throws InterruptedException {
    try {
      act.play(stage);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      stage.problem(otherwise + ": " + e);
    }
  }

  private static FaultRun failed(StageSettings settings, long seed, long began, Throwable why) {
    List<String> problems = new ArrayList<>();
    problems.add("the run ended early: " + why);
    return new FaultRun(
        seed,
        0,
        new DeliveryOracle().verdict(0),
        null,
        null,
        problems,
        List.of(),
        Map.of(),
        List.of(),
        settings.toString(),
        since(began));
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
