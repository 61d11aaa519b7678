package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.DeliveryVerdict;
import io.artel.events.testkit.internal.faults.SoakPlan.Step;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that may go wrong, for as long as one likes: one fault after the other, each healed
 * and recovered from. Nothing that clients keep may grow.
 */
final class Soak {
  /** So short that one process can read what two did, and catch up. */
  private static final Duration HANDLING = Duration.ofMillis(2);

  /** After this part of the time all has run for a while: what grows then is left over. */
  private static final int WARM_UP = 3;

  private final Stage stage;
  private final SoakPlan plan;
  private final Map<Nemesis, Integer> injected = new EnumMap<>(Nemesis.class);
  private final long began = System.nanoTime();
  private int count;

  private Soak(Stage stage) {
    this.stage = stage;
    this.plan = new SoakPlan(stage.seed, Nemesis.on(stage.node.version()));
  }

  static Scenario scenario() {
    return Scenario.of(Scenarios.SOAK, "soak with a mix of faults", stage -> new Soak(stage).play())
        .alone()
        .realOnly()
        .with(settings -> settings.twoInstances().handlersTake(HANDLING));
  }

  /** Ends early if something goes wrong, for what comes after would only tell of that. */
  private void play() throws InterruptedException {
    Duration soak = stage.settings.soak();
    Footprint warm = playUntil(soak.dividedBy(WARM_UP)) ? Footprint.of(stage) : null;
    if (warm != null && playUntil(soak)) {
      warm.staysFlat(stage);
    }
    for (Nemesis each : Nemesis.values()) {
      stage.figure(each.figure(), injected.getOrDefault(each, 0));
    }
    stage.figure("soak_s", passed().toSeconds());
  }

  /** Injects one fault at least; returns whether all is well. */
  private boolean playUntil(Duration time) throws InterruptedException {
    do {
      next();
    } while (stage.problems().isEmpty() && passed().compareTo(time) < 0);
    return stage.problems().isEmpty();
  }

  private void next() throws InterruptedException {
    Step step = plan.next();
    stage.flow(step.pause());
    count++;
    stage.begins(
        String.format(
            Locale.ROOT,
            "fault %d at %d s, %s",
            count,
            passed().toSeconds(),
            step.nemesis().told(step.side())));
    injected.merge(step.nemesis(), 1, Integer::sum);
    step.nemesis().befall(stage, step.side());
    DeliveryVerdict verdict = stage.oracle.verdict(stage.bound());
    stage.check(
        verdict.inversions() == 0,
        "by then, " + verdict.inversions() + " events came after later ones of their session");
    stage.calls.forgetDelays(); // which nobody asks for here
    stage.ends();
  }

  private Duration passed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
