package io.artel.events.testkit.internal.flow;

import io.artel.events.Event;
import io.artel.events.QueueSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares, in each ordered queue and for each session, the order in which a service published
 * events with the order in which they were first handled.
 *
 * @param compared how many pairs of neighbours were compared
 * @param violations a phrase for each pair that was handled the other way round
 */
public record SessionOrder(int compared, List<String> violations) {

  /** Whose order is promised: that of one session, as one service published it. */
  private record Line(UUID session, String service) {}

  private record Handling(UUID event, int published, Instant started) {}

  /** The order that was kept, or not, among an event and what it caused; or among all. */
  public static SessionOrder of(FlowLog log, @Nullable UUID root) {
    int compared = 0;
    List<String> violations = new ArrayList<>();
    for (QueueSpec queue : log.topology().queues()) {
      if (!queue.isPartitioned()) {
        continue;
      }
      for (List<Handling> line : lines(log, root, queue.name()).values()) {
        line.sort(Comparator.comparingInt(Handling::published));
        for (int i = 1; i < line.size(); i++) {
          Handling earlier = line.get(i - 1);
          Handling later = line.get(i);
          compared++;
          if (later.started().isBefore(earlier.started())) {
            violations.add(
                log.label(later.event())
                    + " was published after "
                    + log.label(earlier.event())
                    + " and handled before it in '"
                    + queue.name()
                    + "'");
          }
        }
      }
    }
    return new SessionOrder(compared, violations);
  }

  private static Map<Line, List<Handling>> lines(FlowLog log, @Nullable UUID root, String queue) {
    Map<Line, List<Handling>> lines = new LinkedHashMap<>();
    for (Event<?> event : log.events(log.family(root))) {
      UUID session = event.sessionId();
      Integer published = log.publishOrder(event.id()).orElse(null);
      if (session == null || published == null) {
        continue;
      }
      for (Journey journey : log.journeys(event.id())) {
        Instant started = journey.firstStarted();
        if (started != null && journey.queue().equals(queue)) {
          lines
              .computeIfAbsent(new Line(session, event.sourceService()), line -> new ArrayList<>())
              .add(new Handling(event.id(), published, started));
        }
      }
    }
    return lines;
  }
}
