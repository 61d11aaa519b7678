package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What happens when the number of partitions changes while events flow. */
final class PartitionScenarios {
  private static final Duration HANDLING = ofMillis(5);
  private static final Duration PATIENCE = ofSeconds(60);

  /**
   * The old partitions must look empty for 12 s, by counts that are some seconds old: 16 to 28 s in
   * ten changes, and 31 s once on a busy machine.
   */
  private static final Duration LONGEST_WAIT = ofSeconds(45);

  private PartitionScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F13", "from 8 to 9 partitions, and back", PartitionScenarios::changed)
            .realOnly()
            .with(settings -> settings.twoInstances().handlersTake(HANDLING)));
  }

  private static void changed(Stage stage) throws InterruptedException {
    stage.flow(ofMillis(300), ofMillis(1_000));
    StageSettings more = stage.settings.changedTo(9);
    change(stage, more, "waited_up_ms");
    stage.flow(ofMillis(300), ofMillis(1_000));
    change(stage, more.changedTo(8), "waited_down_ms");
    stage.check(
        stage.deadLetters(Stage.ORDERED) == 0,
        stage.deadLetters(Stage.ORDERED) + " events are dead, though none failed");
  }

  /** Starts services with the new number beside the old ones, changes over, and ends the old. */
  private static void change(Stage stage, StageSettings next, String figure)
      throws InterruptedException {
    List<ServiceProcess> before = stage.services();
    for (int i = 0; i < stage.settings.processes(); i++) {
      stage.startService(next);
    }
    stage.harmlessFault();
    ArtelSettings settings =
        next.artel(stage.broker.amqpUri(), stage.name + " partitions")
            .managementUri(stage.node.rabbitMq().managementUri())
            .build();
    long[] cut = new long[1];
    ArtelEvents.partitionChange(settings, Stage.ORDERED)
        .run(
            PATIENCE,
            step -> {
              if (step.startsWith("cut")) {
                cut[0] = System.nanoTime();
              }
            });
    long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cut[0]);
    stage.figure(figure, waited);
    stage.recovers(ofSeconds(5));
    if (waited > LONGEST_WAIT.toMillis()) {
      stage.late("new events waited " + waited + " ms instead of " + LONGEST_WAIT.toMillis());
    }
    for (ServiceProcess process : before) {
      stage.kill(process);
    }
  }
}
