package io.artel.events.testkit.internal.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What publishers do wrong. */
final class InputScenarios {
  private static final int FLAKY_EVENTS = 5;
  private static final int MEBIBYTE = 1024 * 1024;

  /** Clocks an hour early and late, a time far away, and one before 1970. */
  private static final List<Instant> TIMES =
      List.of(
          Instant.parse("2099-12-31T23:59:59Z"),
          Instant.ofEpochSecond(-1),
          Instant.EPOCH.plusSeconds(1));

  private InputScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("F25", "publishers' clocks are wrong", InputScenarios::clocks)
            .withEvents(
                event ->
                    event.timestamp(
                        switch (ThreadLocalRandom.current().nextInt(3)) {
                          case 0 -> Instant.now().plusSeconds(3_600);
                          case 1 -> Instant.now().minusSeconds(3_600);
                          default -> TIMES.get(ThreadLocalRandom.current().nextInt(TIMES.size()));
                        })),
        Scenario.of("F27", "events larger than brokers take", InputScenarios::oversize));
  }

  private static void clocks(Stage stage) throws InterruptedException {
    stage.harmlessFault();
    for (int i = 0; i < FLAKY_EVENTS; i++) {
      stage.flow(ofMillis(100), ofMillis(500));
      stage.load.task(Task.toFail(1));
    }
    stage.await("what failed at first is handled", () -> stage.oracle.missing().isEmpty());
    stage.retriesWereInTime(ofSeconds(1));
    stage.recovers(ofSeconds(5));
  }

  private static void oversize(Stage stage) throws InterruptedException {
    long connections = stage.proxy.madeConnections();
    for (int mebibytes : List.of(17, 65, 129)) {
      stage.flow(ofMillis(100), ofMillis(500));
      refused(stage, mebibytes);
      stage.harmlessFault();
    }
    refused(stage, "a source", () -> Load.STEP.event(text(1)).source("x".repeat(130 * 1024)));
    refused(stage, "a routing key", () -> EventType.ofTree("fault." + "x".repeat(250)));
    stage.flow(ofMillis(300), ofMillis(600));
    stage.check(
        stage.proxy.madeConnections() == connections,
        "an event that is too large cost a connection");
    stage.recovers(ofSeconds(5));
  }

  private static void refused(Stage stage, int mebibytes) {
    try {
      stage.artel.publisher().publish(Load.STEP.event(text(mebibytes)));
      stage.problem("an event of " + mebibytes + " MiB was confirmed");
    } catch (PublishException e) {
      stage.check(
          e.outcome() == PublishException.Outcome.NOT_SENT && e.details().attempts() == 0,
          "an event of " + mebibytes + " MiB ended as " + e.outcome() + " after an attempt");
    }
  }

  private static void refused(Stage stage, String what, Runnable making) {
    try {
      making.run();
      stage.problem(what + " that is too long was taken");
    } catch (IllegalArgumentException e) {
      stage.harmlessFault();
    }
  }

  /** Much text that takes little memory: the same piece again and again. */
  private static JsonNode text(int mebibytes) {
    ArrayNode pieces = JsonNodeFactory.instance.arrayNode();
    TextNode piece = TextNode.valueOf("x".repeat(MEBIBYTE));
    for (int i = 0; i < mebibytes; i++) {
      pieces.add(piece);
    }
    return JsonNodeFactory.instance.objectNode().set("pieces", pieces);
  }
}
