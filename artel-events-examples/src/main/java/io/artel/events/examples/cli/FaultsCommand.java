package io.artel.events.examples.cli;

import io.artel.events.testkit.FaultReport;
import io.artel.events.testkit.FaultRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays fault scenarios and says what became of the events. */
@Command(
    name = "faults",
    description = {
      "Breaks brokers, networks and topologies under load, and looks for what is lost, late or out"
          + " of order. docs/faults.md describes the scenarios.",
      "Ends with 0 if every row is green, and with 1 if one is red."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class FaultsCommand implements Callable<Integer> {
  private static final double MILLIS_PER_SECOND = 1000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "IDS",
      split = ",",
      description = "Only these scenarios, for example F1,F7; F7 means F7a, F7b and so on.")
  private List<String> only = List.of();

  @Option(
      names = "--broker",
      paramLabel = "V",
      split = ",",
      description = {
        "On this RabbitMQ: 3.10, 4.0 or 4.3, the last unless given; several with commas.",
        "embedded is the broker in memory, which knows fewer faults."
      })
  private List<String> brokers = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What decides times and sessions, the first of several; 1 unless given.")
  private long seed = 1;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "Plays each scenario with so many seeds; 5 unless given, 1 with --soak.")
  private @Nullable Integer seeds;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      description = {
        "F29, which does one fault after the other, lasts so long (30m, 90s); 90s unless given."
      })
  private @Nullable String soak;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes all figures to this file, as JSON.")
  private @Nullable Path report;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  FaultsCommand() {}

  @Override
  public Integer call() throws IOException {
    FaultRunner.Builder builder =
        FaultRunner.builder().only(only.toArray(String[]::new)).firstSeed(seed);
    if (seeds != null) {
      builder.seeds(seeds);
    }
    if (soak != null) {
      builder.soak(duration(soak));
    }
    brokers.forEach(builder::broker);
    FaultRunner runner = builder.build();
    Path file = report;
    if (file != null) {
      Files.writeString(file, "");
    }
    PrintWriter out = spec.commandLine().getOut();
    row(out, "", "broker", "confirmed", "lost", "inver.", "dupl.", "bound", "recovery", "", "");
    List<FaultReport> reports = runner.run(each -> row(out, each));
    if (file != null) {
      Files.writeString(file, FaultsJson.of(reports, seed));
    }
    long red = reports.stream().filter(each -> !each.isGreen()).count();
    out.printf("%d scenarios, %d red%n", reports.size(), red);
    out.flush();
    return red == 0 && !reports.isEmpty() ? ExitCodes.OK : ExitCodes.NOT_CLEAN;
  }

  private Duration duration(String text) {
    try {
      Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (duration.compareTo(FaultRunner.SHORTEST_SOAK) >= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw new ParameterException(
        spec.commandLine(), "--soak is '" + text + "', but must be a time such as 30m or 90s");
  }

  private static void row(PrintWriter out, FaultReport each) {
    row(
        out,
        each.scenario(),
        each.broker(),
        each.confirmed(),
        each.lost(),
        each.inversions(),
        each.duplicates(),
        each.bound(),
        each.recovery()
            .map(time -> String.format(Locale.ROOT, "%.2f s", time.toMillis() / MILLIS_PER_SECOND))
            .orElse("-"),
        each.isGreen() ? "green" : "RED",
        each.title());
    each.reasons().forEach(reason -> out.println("      " + reason));
    each.runs().stream()
        .filter(run -> !run.isGreen() && !run.course().isEmpty())
        .forEach(
            run ->
                out.println(
                    "      seed " + run.seed() + " did: " + String.join("; ", run.course())));
    out.flush();
  }

  private static void row(PrintWriter out, Object... cells) {
    out.println(
        String.format(Locale.ROOT, "%-5s %-9s %9s %6s %6s %6s %7s %10s  %-6s %s", cells)
            .stripTrailing());
    out.flush();
  }
}
