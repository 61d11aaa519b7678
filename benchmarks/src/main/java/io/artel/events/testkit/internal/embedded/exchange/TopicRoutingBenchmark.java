package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The embedded broker finds the queues of a routing key, with the bindings of the billiards
 * platform. It lives beside what it measures, which nobody else may see.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TopicRoutingBenchmark {
  /** Two bytes of flags, all off. */
  private static final byte[] NO_PROPERTIES = new byte[2];

  private static final List<String> PATTERNS =
      List.of(
          "game.*",
          "session.*",
          "template.used",
          "game.ended",
          "session.completed",
          "stats.*",
          "auth.user_registered",
          "notifications.*",
          "friends.*",
          "game.started",
          "stats.user_rank_updated",
          "websocket.*",
          "compensation.required",
          "#");

  private final TopicRouting routing = new TopicRouting(Dialect.V4_3);
  private final Arrival twoQueues = arrival("game.ball_potted");
  private final Arrival oneQueue = arrival("nobody.listens");

  /** With these bindings, each to a queue of its own. */
  public TopicRoutingBenchmark() {
    for (String pattern : PATTERNS) {
      routing.add(
          new Binding("events", Destination.queue("to " + pattern), pattern, FieldTable.EMPTY));
    }
  }

  private static Arrival arrival(String key) {
    return new Arrival(
        new Message("events", key, Properties.of(NO_PROPERTIES), new byte[0]), List.of(key));
  }

  /** A key that two patterns match. */
  @Benchmark
  public List<Destination> twoQueues() {
    return route(twoQueues);
  }

  /** A key that only the pattern for everything matches. */
  @Benchmark
  public List<Destination> oneQueue() {
    return route(oneQueue);
  }

  private List<Destination> route(Arrival arrival) {
    List<Destination> matches = new ArrayList<>();
    routing.route(arrival, matches);
    return matches;
  }
}
