package io.artel.events.benchmarks.micro;

import io.artel.events.amqp.internal.ordering.KeyLanes;
import io.artel.events.amqp.internal.ordering.LaneWork;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Items through lanes of their keys, where each turn takes no time, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyLanesBenchmark {
  private static final int ITEMS = 1000;
  private static final int PARKED_PER_KEY = 250;

  /** How many keys the items have, by turns. */
  @Param({"1", "1000"})
  public int keys;

  private final KeyLanes<String> lanes =
      new KeyLanes<>(Runnable::run, PARKED_PER_KEY, KeyLanes.Overflow.TAIL, new Work());
  private final String[] names = new String[ITEMS];
  private int handled;

  /** With a name for each key. */
  public KeyLanesBenchmark() {
    for (int i = 0; i < ITEMS; i++) {
      names[i] = "session " + i;
    }
  }

  /** One item, from its arrival until its lane is empty again. */
  @Benchmark
  @OperationsPerInvocation(ITEMS)
  public int items() {
    for (int i = 0; i < ITEMS; i++) {
      String key = names[i % keys];
      lanes.submit(key, key);
    }
    return handled;
  }

  private final class Work implements LaneWork<String> {

    @Override
    public void run(String item) {
      handled++;
      lanes.done(item, item);
    }

    @Override
    public void overflow(String item) {
      lanes.done(item, item);
    }

    @Override
    public boolean isUrgent(String item) {
      return false;
    }

    @Override
    public boolean isGone(String item) {
      return false;
    }

    @Override
    public void dropped(String item) {}
  }
}
