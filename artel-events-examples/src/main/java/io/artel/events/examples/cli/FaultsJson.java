package io.artel.events.examples.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.testkit.DeliveryVerdict;
import io.artel.events.testkit.FaultReport;
import io.artel.events.testkit.FaultRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The report of {@code ./artel faults} as JSON: one object per scenario and broker. */
final class FaultsJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final double NANOS_PER_SECOND = 1_000_000_000;

  private FaultsJson() {}

  static String of(List<FaultReport> reports, long firstSeed) throws IOException {
    ObjectNode all = MAPPER.createObjectNode();
    all.put("first_seed", firstSeed);
    all.put("green", !reports.isEmpty() && reports.stream().allMatch(FaultReport::isGreen));
    ArrayNode scenarios = all.putArray("scenarios");
    reports.forEach(report -> scenario(scenarios.addObject(), report));
    return MAPPER.writeValueAsString(all) + System.lineSeparator();
  }

  private static void scenario(ObjectNode node, FaultReport report) {
    node.put("scenario", report.scenario());
    node.put("title", report.title());
    node.put("broker", report.broker());
    node.put("verdict", report.isGreen() ? "green" : "red");
    node.put("confirmed", report.confirmed());
    node.put("lost", report.lost());
    node.put("inversions", report.inversions());
    node.put("duplicates", report.duplicates());
    node.put("bound", report.bound());
    node.put("recovery_seconds", seconds(report.recovery().orElse(null)));
    node.put("publisher_recovery_seconds", seconds(report.publisherRecovery().orElse(null)));
    ArrayNode reasons = node.putArray("reasons");
    report.reasons().forEach(reasons::add);
    ArrayNode runs = node.putArray("runs");
    report.runs().forEach(run -> run(runs.addObject(), run));
  }

  private static void run(ObjectNode node, FaultRun run) {
    DeliveryVerdict verdict = run.verdict();
    node.put("seed", run.seed());
    node.put("verdict", run.isGreen() ? "green" : "red");
    node.put("faults", run.faults());
    node.put("sent", verdict.sent());
    node.put("confirmed", verdict.confirmed());
    node.put("nacked", verdict.nacked());
    node.put("returned", verdict.returned());
    node.put("not_sent", verdict.notSent());
    node.put("unknown", verdict.unknown());
    node.put("without_outcome", verdict.withoutOutcome());
    node.put("handled", verdict.handled());
    node.put("remaining", verdict.remaining());
    node.put("lost", verdict.lost());
    node.put("inversions", verdict.inversions());
    node.put("regressions", verdict.regressions());
    node.put("overlaps", verdict.overlaps());
    node.put("duplicates", verdict.duplicates());
    node.put("bound", verdict.bound());
    node.put("unexplained_duplicates", verdict.unexplained());
    node.put("recovery_seconds", seconds(run.recovery()));
    node.put("publisher_recovery_seconds", seconds(run.publisherRecovery()));
    ObjectNode figures = node.putObject("figures");
    new TreeMap<>(run.figures()).forEach(figures::put);
    ArrayNode course = node.putArray("course");
    run.course().forEach(course::add);
    node.put("settings", run.settings());
    node.put("took_seconds", seconds(run.took()));
    ArrayNode reasons = node.putArray("reasons");
    run.reasons().forEach(reasons::add);
  }

  private static @Nullable Double seconds(@Nullable Duration time) {
    return time == null ? null : Math.round(time.toNanos() / NANOS_PER_SECOND * 1000) / 1000.0;
  }
}
