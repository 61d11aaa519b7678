package io.artel.events.benchmarks.micro;

import io.artel.events.Event;
import io.artel.events.EventCatalog;
import io.artel.events.EventCodec;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.BenchmarkEvents.BallPotted;
import io.artel.events.benchmarks.contest.Envelope;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An event to its bytes and back, by our codec and by plain Jackson with the same records. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int NUMBER = 12;

  private final EventCodec codec = EventCodec.create();
  private final EventCatalog catalog = EventCatalog.of(BenchmarkEvents.BALL_POTTED);
  private final BenchmarkEvents events = new BenchmarkEvents(1, 0);
  private final Event<BallPotted> event = events.event(NUMBER).build();
  private final Envelope envelope = Envelope.of(events, NUMBER);
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

  /** A record to its bytes. */
  @Benchmark
  public byte[] jacksonEncode() throws IOException {
    return envelope.json();
  }

  /** Bytes to a record; nothing is checked but that they are JSON and fit. */
  @Benchmark
  public Envelope jacksonDecode() throws IOException {
    return Envelope.of(body);
  }
}
