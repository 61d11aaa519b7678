package io.artel.events.benchmarks;

import io.artel.events.ConnectionException;
import io.artel.events.benchmarks.report.Page;
import io.artel.events.benchmarks.report.Report;
import io.artel.events.benchmarks.section.Bench;
import io.artel.events.benchmarks.section.Bench.Part;
import io.artel.events.benchmarks.section.Soak;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    description = {
      "Measures how fast artel-events is, beside what would be used instead (a hand-tuned client,"
          + " Spring AMQP, Spring Cloud Stream), in one run: events per second, latency at fixed"
          + " rates, what neighbours notice, the codec. Takes about 50 minutes"
          + " for each broker, and under 3 minutes with --quick. Everything else should rest.",
      "Exits with 0 when everything was measured, whether or not the bars were met; with 1 when a"
          + " measurement did not do its work."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

  private final String command;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Fewer and shorter rounds, fewer tables: a first look, in under 3 minutes.")
  private boolean quick;

  @Option(
      names = "--broker",
      split = ",",
      paramLabel = "BROKER",
      description = {
        "A URI, a RabbitMQ version such as 3.10 or 4.3, or embedded; several are measured one after",
        "the other. Unless given, the newest RabbitMQ of this machine. What is there by the names",
        "benchmark.events and benchmark.queue is deleted first, and left behind at the end."
      })
  private List<String> brokers = List.of();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Measures only these: ${COMPLETION-CANDIDATES}.")
  private @Nullable Set<Part> only;

  @Option(
      names = "--growth",
      description = {
        "Also measures 1 to 100,000 sessions, 1 to 16 partitions, bodies to 64 KiB, 1 to 8 threads,",
        "a backlog of a million: about 6 minutes more."
      })
  private boolean growth;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      description = {
        "Instead of all that, publishes and handles for so long (10m, 90s) and watches heap, threads",
        "and channels."
      })
  private @Nullable String soak;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = {
        "Writes the figures to this file, as one JSON object; with several brokers one file each,",
        "with the version in its name."
      })
  private @Nullable Path reportFile;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Writes them as a Markdown page as well, with an SVG chart beside it.")
  private @Nullable Path page;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  BenchCommand(String... arguments) {
    this.command = ("./artel bench " + String.join(" ", arguments)).strip();
  }

  @Override
  public Integer call() throws Exception {
    Duration soaking = soak == null ? null : duration(soak);
    requireFolder("--report", reportFile);
    requireFolder("--page", page);
    if (soaking != null && (quick || growth || only != null || page != null)) {
      throw new ParameterException(
          spec.commandLine(), "--soak goes with --broker and --report, and with nothing else");
    }
    if (brokers.size() > 1) {
      brokers.forEach(asked -> choose(asked).close()); // not to learn of it an hour later
    }
    List<Report> reports = new ArrayList<>();
    for (String asked : brokers.isEmpty() ? List.of("") : brokers) {
      try (ChosenBroker broker = choose(asked)) {
        reports.add(measure(broker, soaking));
      }
      if (page != null) {
        Page.write(page, reports);
      }
    }
    return 0;
  }

  private ChosenBroker choose(String asked) {
    try {
      return ChosenBroker.of(asked);
    } catch (IllegalArgumentException | ConnectionException e) {
      throw new ParameterException(spec.commandLine(), "--broker: " + e.getMessage());
    }
  }

  private Report measure(ChosenBroker broker, @Nullable Duration soaking) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    String shown =
        command
            .replaceAll("amqps?://\\S*", "URI") // it may have a password
            .replaceAll(" --(report|page)[= ]\\S+", ""); // these change no figure
    Report report = new Report(broker.toString(), broker.place(), shown, versions());
    report.printHead(out);
    try {
      if (soaking != null) {
        new Soak(broker.uri(), broker::channels, soaking, report, out).run();
      } else if (quick) {
        Bench.quick(broker.uri(), broker.version(), report, out).run(parts());
      } else {
        Bench.full(broker.uri(), broker.version(), report, out).run(parts());
      }
      report.complete();
    } finally {
      if (reportFile != null) {
        report.write(brokers.size() > 1 ? named(reportFile, broker.version()) : reportFile);
      }
    }
    return report;
  }

  private Set<Part> parts() {
    Set<Part> parts = only != null ? EnumSet.copyOf(only) : quick ? Part.quick() : Part.usual();
    if (growth) {
      parts.add(Part.GROWTH);
    }
    return parts;
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("artel-events", version(io.artel.events.amqp.ArtelEvents.class));
    versions.put("amqp-client", version(com.rabbitmq.client.Connection.class));
    versions.put(
        "spring-rabbit", version(org.springframework.amqp.rabbit.core.RabbitTemplate.class));
    versions.put(
        "spring-cloud-stream",
        version(org.springframework.cloud.stream.function.StreamBridge.class));
    versions.put("perf-test", version(com.rabbitmq.perf.MulticastSet.class));
    versions.put("jackson-databind", version(com.fasterxml.jackson.databind.ObjectMapper.class));
    return versions;
  }

  /** As its archive says. */
  private static String version(Class<?> of) {
    String archive = of.getProtectionDomain().getCodeSource().getLocation().getPath();
    String name = Path.of(archive).getFileName().toString();
    return name.endsWith(".jar")
        ? name.replaceFirst("^.*?-(\\d.*)\\.jar$", "$1")
        : "of this source";
  }

  private Duration duration(String text) {
    try {
      Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (duration.compareTo(Duration.ofSeconds(1)) >= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw new ParameterException(
        spec.commandLine(), "--soak is '" + text + "', but must be a time such as 10m or 90s");
  }

  /** Finds out before the measurements, not after them. */
  private void requireFolder(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(file)) {
      throw new ParameterException(
          spec.commandLine(), option + ": " + file + " cannot be written there");
    }
  }

  private static Path named(Path file, String version) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return file.resolveSibling(stem + "-" + version + (dot < 0 ? "" : name.substring(dot)));
  }
}
