package io.artel.events.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports as a Markdown page, with a chart beside it. */
public final class Page {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);

  private Page() {}

  /** Writes the page, and the chart as a file of the same name that ends in {@code .svg}. */
  public static void write(Path page, List<Report> reports) throws IOException {
    Report first = reports.get(0);
    Machine machine = first.machine();
    List<String> versions = new ArrayList<>();
    first.versions().forEach((name, version) -> versions.add(name + " " + version));
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            # How fast it is

            This page and its figures were written by `%s` with `--page`.

            Each row of a table does the same work, unless it says otherwise: the same queue, as artel-events declares
            it, events of 1,000 sessions, the same bytes, properties and headers, persistent, mandatory, at most 1,000
            events unconfirmed, 500 messages delivered ahead, JSON from a record and back to one. The rows take turns, in
            another order in each round; the first rounds do not count. Ratios are taken within each round; those of
            latencies are the median by the median, beside what the rounds gave.

            - *artel-events* reconnects, sends again what was not confirmed, retries and dead-letters what fails, and keeps
              its meters, all as it comes. It acknowledges as many messages at once as are finished, 100 at most and 20 ms
              later at most; all others 50. Where the publisher chooses the partition, a header says which.
            - *hand-tuned amqp-client*: RabbitMQ's Java client as somebody who knows it well would use it, with
              asynchronous confirms. It does not reconnect, sends nothing again, keeps no meters, and handles one event at a
              time of each queue.
            - *Spring AMQP*: `RabbitTemplate` with correlated confirms and returns, `DirectMessageListenerContainer` with
              `messagesPerAck` 50. Each event goes out on a channel that has no unconfirmed one, so a cache of 100 channels;
              one row has the default of 25. Confirms and returns cost it two headers of its own.
            - *Spring Cloud Stream*: `StreamBridge` with the binder for RabbitMQ and its `use-confirm-header`, and a function
              behind the same container.
            - *PerfTest*: RabbitMQ's own, for reference. Bodies of the same size, but no JSON, properties or headers.
            - Latencies are from the moment when an event was due to be published until its handler was called: a
              publisher that falls behind is not excused.

            | | |
            |---|---|
            | date | %s |
            | processor | %s, %d of them, %,d MiB of memory |
            | system | %s, load average before the first round %.2f |
            | Java | %s |
            | versions | %s |
            """,
            first.command(),
            DAY.format(first.date()),
            machine.processor(),
            machine.processors(),
            machine.memoryMebibytes(),
            machine.system(),
            machine.loadBefore(),
            machine.java(),
            String.join(", ", versions)));
    String name = page.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".svg";
    text.append("\n![events per second](").append(name).append(")\n");
    for (Report report : reports) {
      text.append("\n## ").append(report.broker()).append(", ").append(report.place()).append('\n');
      if (!report.ratios().isEmpty()) {
        ratios(text, report.ratios());
      }
      report.sections().forEach(section -> table(text, section));
    }
    Files.writeString(page, text);
    Files.writeString(page.resolveSibling(name), BarChart.of(charted(reports)));
  }

  /** The first table of each report: the whole path, events per second. */
  private static List<Section> charted(List<Report> reports) {
    List<Section> charted = new ArrayList<>();
    for (Report report : reports) {
      report.sections().stream()
          .limit(1)
          .forEach(
              section -> {
                Section named = new Section(report.broker() + ": " + section.title());
                section.figures().stream()
                    .filter(figure -> figure.unit().equals("events/s"))
                    .forEach(named.figures()::add);
                charted.add(named);
              });
    }
    return charted;
  }

  private static void ratios(StringBuilder text, List<Ratio> ratios) {
    text.append("\n| ratio | of | median | spread | bar | |\n|---|---|--:|--:|--:|---|\n");
    for (Ratio ratio : ratios) {
      text.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %s | %s | %s | %s |%n",
              ratio.name(),
              ratio.meaning(),
              ratio.values().shown(),
              ratio.values().shownRange(),
              ratio.bar(),
              ratio.verdict()));
    }
  }

  private static void table(StringBuilder text, Section section) {
    Set<Integer> rounds =
        section.figures().stream()
            .map(figure -> figure.values().rounds().size())
            .collect(Collectors.toSet());
    text.append(
        String.format(
            "%n| %s | median%s | spread | unit |%n|---|--:|--:|---|%n",
            section.title(), rounds.size() == 1 ? " of " + rounds.iterator().next() : ""));
    for (Figure figure : section.figures()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s |%n",
              figure.name(),
              figure.values().shown(),
              figure.values().shownRange(),
              figure.unit()));
    }
  }
}
