package io.artel.events.benchmarks.micro;

import io.artel.events.testkit.internal.embedded.exchange.Destination;
import io.artel.events.testkit.internal.embedded.exchange.Exchanges;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which of 100 queues a message goes to, in a topic exchange of the embedded broker. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TopicMatchingBenchmark {
  private static final String EXCHANGE = "events";
  private static final int FAMILIES = 48;
  private static final Properties NONE = Properties.of(new byte[2]);

  /** How many routing keys the messages have, by turns; an exchange remembers 1,000 of them. */
  @Param({"10", "10000"})
  public int keys;

  private final Exchanges exchanges = new Exchanges(Dialect.V4_3, "/", queue -> true);
  private Message[] messages = new Message[0];
  private int next;

  /** With two queues for each family of events, and four that cut across. */
  public TopicMatchingBenchmark() {
    exchanges.declare(EXCHANGE, "topic", true, false, false, FieldTable.EMPTY);
    for (int i = 0; i < FAMILIES; i++) {
      bind("family " + i, "family_" + i + ".*");
      bind("ended " + i, "family_" + i + ".ended");
    }
    bind("audit", "#");
    bind("ended", "*.ended");
    bind("deep", "#.ended.#");
    bind("nothing", "nothing.at.all");
  }

  private void bind(String queue, String key) {
    exchanges.bind(EXCHANGE, Destination.queue(queue), key, FieldTable.EMPTY, () -> {});
  }

  /** Each message has a key of its own, in one of the families. */
  @Setup
  public void messages() {
    messages = new Message[keys];
    for (int i = 0; i < keys; i++) {
      String key = "family_" + i % FAMILIES + ".event_" + i;
      messages[i] = new Message(EXCHANGE, key, NONE, new byte[0]);
    }
  }

  /** One message. */
  @Benchmark
  public List<String> route() {
    next = next + 1 == keys ? 0 : next + 1;
    return exchanges.route(EXCHANGE, messages[next]);
  }
}
