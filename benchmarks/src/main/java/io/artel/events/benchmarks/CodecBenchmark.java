package io.artel.events.benchmarks;

import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.EventCodec;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An event to its bytes, and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

  /** The payload that is measured. */
  public record BallPotted(
      UUID playerId, String ballColor, int ballPoints, int totalScore, int turnPosition) {}

  private static final EventType<BallPotted> BALL_POTTED =
      EventType.of("game.ball_potted", BallPotted.class)
          .priority(EventPriority.HIGH)
          .source("game_service");

  private final EventCodec codec = EventCodec.create();
  private final EventCatalog catalog = EventCatalog.of(BALL_POTTED);
  private final Event<BallPotted> event =
      BALL_POTTED
          .event(new BallPotted(UUID.randomUUID(), "red", 4, 12, 1))
          .session(UUID.randomUUID())
          .game(UUID.randomUUID())
          .user(UUID.randomUUID())
          .build();
  private final byte[] body = codec.encode(event);

  /** An event to its bytes. */
  @Benchmark
  public byte[] encode() {
    return codec.encode(event);
  }

  /** Bytes to an event of a known type. */
  @Benchmark
  public Event<?> decode() {
    return codec.decode(body, catalog);
  }
}
