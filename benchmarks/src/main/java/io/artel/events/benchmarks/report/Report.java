package io.artel.events.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that came of a run on one broker. Not safe for use by several threads. */
public final class Report {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Instant date = Instant.now();
  private final Machine machine = Machine.here();
  private final String broker;
  private final String place;
  private final String command;
  private final Map<String, String> versions;
  private final List<Section> sections = new ArrayList<>();
  private final List<Ratio> ratios = new ArrayList<>();
  private boolean complete;

  /**
   * An empty one.
   *
   * @param broker its name and version
   * @param place where it runs, from here
   * @param command what was asked for
   * @param versions of what took part
   */
  public Report(String broker, String place, String command, Map<String, String> versions) {
    this.broker = broker;
    this.place = place;
    this.command = command;
    this.versions = versions;
  }

  /** A new table. */
  public Section section(String title) {
    Section section = new Section(title);
    sections.add(section);
    return section;
  }

  /** Adds a ratio. */
  public void add(Ratio ratio) {
    ratios.add(ratio);
  }

  Instant date() {
    return date;
  }

  Machine machine() {
    return machine;
  }

  /** The broker's name and version. */
  public String broker() {
    return broker;
  }

  String place() {
    return place;
  }

  String command() {
    return command;
  }

  Map<String, String> versions() {
    return versions;
  }

  /** The tables. */
  public List<Section> sections() {
    return sections;
  }

  /** The ratios. */
  public List<Ratio> ratios() {
    return ratios;
  }

  /** All was measured; until then it is written as a part. */
  public void complete() {
    complete = true;
  }

  /** Prints what it is measured on. */
  public void printHead(PrintWriter out) {
    out.printf(
        "%s, %s: %s, %d processors, load average %.2f, %s%n",
        broker,
        place,
        machine.processor(),
        machine.processors(),
        machine.loadBefore(),
        machine.java());
    out.flush();
  }

  /** Prints the ratios. */
  public void printRatios(PrintWriter out) {
    out.printf("%n%-34s %9s %-15s %-9s %s%n", "ratios", "median", "spread", "bar", "");
    for (Ratio ratio : ratios) {
      out.printf(
          "%-34s %9s %-15s %-9s %s%n",
          ratio.name(),
          ratio.values().shown(),
          ratio.values().shownRange(),
          ratio.bar(),
          ratio.verdict());
    }
    out.flush();
  }

  /** Prints one table. */
  public static void print(PrintWriter out, Section section) {
    int widest =
        section.figures().stream()
            .mapToInt(figure -> figure.name().length())
            .reduce(section.title().length(), Math::max);
    String row = "%-" + widest + "s %10s  %-18s %s%n";
    out.printf("%n" + row, section.title(), "median", "spread", "unit");
    for (Figure figure : section.figures()) {
      out.printf(
          row, figure.name(), figure.values().shown(), figure.values().shownRange(), figure.unit());
    }
    out.flush();
  }

  /** Writes everything to a file, as one JSON object; each ratio's median is a key of it. */
  public void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("date", date.toString());
    root.put("command", command);
    root.put("broker", broker);
    root.put("broker_runs", place);
    root.put("complete", complete);
    root.set("machine", JSON.valueToTree(machine));
    root.set("versions", JSON.valueToTree(versions));
    ratios.forEach(ratio -> root.put(ratio.name(), ratio.values().median()));
    if (ratios.stream().anyMatch(Ratio::hasBar)) {
      root.put("bars_met", ratios.stream().allMatch(Ratio::met));
    }
    root.set("ratios", JSON.valueToTree(ratios));
    var tables = root.putArray("sections");
    for (Section section : sections) {
      ObjectNode table = tables.addObject();
      table.put("title", section.title());
      table.set("figures", JSON.valueToTree(section.figures()));
    }
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }
}
