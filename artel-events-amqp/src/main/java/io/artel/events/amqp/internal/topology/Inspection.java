package io.artel.events.amqp.internal.topology;

import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@link Inspector} found. */
final class Inspection {

  /**
   * Something that the broker will not do.
   *
   * @param sentence why, and what mends it
   */
  record Refusal(String subject, String sentence) {}

  private static final int NAMED = 5;

  final Set<Step> missing = new LinkedHashSet<>();
  final List<Difference> differences = new ArrayList<>();
  final List<Refusal> refusals = new ArrayList<>();

  void refuse(String subject, String sentence) {
    refusals.add(new Refusal(subject, sentence));
  }

  /** Whether what a binding starts from, or what it leads to, is missing. */
  boolean endMissing(Binding binding) {
    return missing.stream()
        .anyMatch(
            step ->
                step instanceof Exchange exchange
                    ? exchange.name().equals(binding.exchange())
                        || (binding.toExchange() && exchange.name().equals(binding.destination()))
                    : step instanceof Queue queue
                        && !binding.toExchange()
                        && queue.name().equals(binding.destination()));
  }

  /**
   * Says everything that keeps the topology from being declared.
   *
   * @throws TopologyException if there is anything
   */
  void requireDeclarable() {
    if (differences.isEmpty() && refusals.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    if (!differences.isEmpty()) {
      Map<String, List<String>> bySubject = new LinkedHashMap<>();
      for (Difference difference : differences) {
        bySubject
            .computeIfAbsent(difference.subject(), subject -> new ArrayList<>())
            .add(difference.sentence());
      }
      bySubject.forEach(
          (subject, sentences) -> lines.add(subject + ": " + String.join("; ", sentences)));
      lines.add(
          "three ways out: change the topology back to what the broker has; or drain or migrate what"
              + " is different, delete it by hand (its messages go with it) and declare again; or"
              + " give it a new name in the topology");
    }
    Map<String, List<String>> bySentence = new LinkedHashMap<>();
    for (Refusal refusal : refusals) {
      bySentence
          .computeIfAbsent(refusal.sentence(), sentence -> new ArrayList<>())
          .add(refusal.subject());
    }
    bySentence.forEach((sentence, subjects) -> lines.add(some(subjects) + ": " + sentence));
    throw new TopologyException(
        "the topology was not declared, nothing was changed on the broker:\n  "
            + String.join("\n  ", lines));
  }

  private static String some(List<String> subjects) {
    int more = subjects.size() - NAMED;
    return String.join(", ", subjects.subList(0, Math.min(NAMED, subjects.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
