package io.artel.events.benchmarks.micro;

import io.artel.events.BusinessRuleException;
import io.artel.events.FailurePolicy;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is to become of a failure. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ClassificationBenchmark {
  private static final int MAX_RETRIES = 3;

  private final FailurePolicy policy =
      FailurePolicy.retry(SQLException.class)
          .upTo(5)
          .backoff(Duration.ofSeconds(1), Duration.ofMinutes(1))
          .thenDeadLetter()
          .and(FailurePolicy.defaults());
  private final Exception first = new SQLException("deadlock");
  private final Exception last = new BusinessRuleException("the table is full");
  private final Exception wrapped = new ExecutionException(new IOException("connection reset"));

  /** One that the first rule matches. */
  @Benchmark
  public FailurePolicy.Decision firstRule() {
    return policy.decide(first, 1, MAX_RETRIES);
  }

  /** One of the defaults. */
  @Benchmark
  public FailurePolicy.Decision defaultRule() {
    return policy.decide(last, 1, MAX_RETRIES);
  }

  /** One inside another. */
  @Benchmark
  public FailurePolicy.Decision wrapped() {
    return policy.decide(wrapped, 1, MAX_RETRIES);
  }
}
