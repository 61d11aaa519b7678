package io.artel.events;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a broker has, held against what a topology says. Its text form is a report for people.
 *
 * @param topology what was compared, in a few words
 * @param broker what it was compared with, in a few words
 * @param findings all that was found, in the order of {@link Kind}
 */
public record TopologyPlan(String topology, String broker, List<Finding> findings) {

  /** What a finding is about, the most urgent first. */
  public enum Kind {
    /** The broker will not do it, or not for this user; the finding names what mends that. */
    REFUSED,
    /**
     * It is there, but is not what the topology says, or a policy makes it behave otherwise.
     * Declaring then fails, or changes nothing: people decide.
     */
    DIFFERENT,
    /** It is not there; declaring makes it. */
    MISSING,
    /** An earlier form of this topology left it behind; it can go once it is empty. */
    RETIRED,
    /** It is there, looks like ours, and the topology does not have it. */
    EXTRA,
    /** Nobody looked; the finding says how to make it possible. */
    NOT_CHECKED;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', ' ');

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * One thing that was found.
   *
   * @param kind what it is about
   * @param subject which object, for example {@code queue 'stats.service.queue'}
   * @param detail the sentence that follows; of a difference, it has both values
   */
  public record Finding(Kind kind, String subject, String detail) {
    @Override
    public String toString() {
      return kind + ": " + subject + ": " + detail;
    }
  }

  /** Sorts the findings by kind, and keeps their order within one. */
  public TopologyPlan {
    findings =
        findings.stream().sorted((one, other) -> one.kind().compareTo(other.kind())).toList();
  }

  /**
   * Whether the broker has all that the topology says, as the topology says it: nothing is missing,
   * different or refused. What is retired, extra or not checked may remain, since declaring leaves
   * that alone.
   */
  public boolean nothingToDo() {
    return findings.stream()
        .allMatch(
            finding ->
                switch (finding.kind()) {
                  case REFUSED, DIFFERENT, MISSING -> false;
                  case RETIRED, EXTRA, NOT_CHECKED -> true;
                });
  }

  /** The findings of one kind. */
  public List<Finding> findings(Kind kind) {
    return findings.stream().filter(finding -> finding.kind() == kind).toList();
  }

  /** The report: one line that says it all, and one line for each finding. */
  @Override
  public String toString() {
    StringBuilder report = new StringBuilder();
    report.append(topology).append(" on ").append(broker).append(": ");
    if (nothingToDo()) {
      report.append("nothing to do");
    } else {
      Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
      findings.forEach(finding -> counts.merge(finding.kind(), 1, Integer::sum));
      report.append(
          String.join(
              ", ",
              counts.entrySet().stream()
                  .map(count -> count.getValue() + " " + count.getKey())
                  .toList()));
    }
    for (Finding finding : findings) {
      report.append(
          String.format(
              Locale.ROOT,
              "%n  %-11s  %s: %s",
              finding.kind(),
              finding.subject(),
              finding.detail()));
    }
    return report.toString();
  }
}
