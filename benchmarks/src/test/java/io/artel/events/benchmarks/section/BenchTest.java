package io.artel.events.benchmarks.section;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artel.events.benchmarks.contest.Arena;
import io.artel.events.benchmarks.contest.Arena.QueueType;
import io.artel.events.benchmarks.contest.BenchmarkEvents;
import io.artel.events.benchmarks.contest.Contestant;
import io.artel.events.benchmarks.contest.HandTuned;
import io.artel.events.benchmarks.contest.Handled;
import io.artel.events.benchmarks.report.Figure;
import io.artel.events.benchmarks.report.Page;
import io.artel.events.benchmarks.report.Report;
import io.artel.events.benchmarks.report.Section;
import io.artel.events.testkit.BrokerExchange;
import io.artel.events.testkit.EmbeddedBroker;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything is measured once, with few events: each measurement fails by itself unless what was
 * published was handled once and acknowledged. How long anything takes is nobody's business here.
 */
class BenchTest {
  private static final List<String> PROMISED =
      List.of(
          "single_vs_raw",
          "single_vs_spring",
          "single_vs_spring_cloud_stream",
          "single_vs_spring_cloud_stream_classic",
          "batch_vs_single",
          "ordered_vs_single",
          "ordered_vs_raw",
          "ordered_64_workers_vs_one_thread",
          "p50_500_vs_raw",
          "p99_500_vs_raw",
          "codec_vs_jackson",
          "events_per_second_batch");

  private final StringWriter printed = new StringWriter();
  private final Report report =
      new Report(
          "a broker 1.2",
          "in the same JVM",
          "./artel bench --tiny",
          Map.of("artel-events", "of this source"));
  private final EmbeddedBroker broker = EmbeddedBroker.start();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void everyRowDoesItsWorkAndIsInTheReport(@TempDir Path folder) throws Exception {
    Bench.tiny(broker.amqpUri(), report, new PrintWriter(printed))
        .run(EnumSet.allOf(Bench.Part.class));

    Path file = folder.resolve("report.json");
    report.write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(PROMISED).allSatisfy(name -> assertThat(json.path(name).asDouble()).isPositive());
    assertThat(json.path("broker").asText()).isEqualTo("a broker 1.2");
    assertThat(json.path("machine").path("processors").asInt()).isPositive();
    assertThat(report.sections())
        .extracting(Section::title)
        .containsExactly(
            "whole path, quorum queue",
            "whole path, classic queue",
            "publishing alone, quorum queue",
            "publishing alone, classic queue",
            "handling alone, quorum queue",
            "handling alone, classic queue",
            "handling alone, handlers take 5 ms, quorum queue",
            "latency at 500 events/s, quorum queue",
            "latency at 250 events/s, quorum queue",
            "latency of neighbours at 250 events/s",
            "without a broker (JMH)",
            "more sessions, 8 partitions",
            "more partitions, 1,000 sessions",
            "larger bodies",
            "more threads on one publisher, publishing alone",
            "a backlog of 200 events, handling alone");
    assertThat(report.sections())
        .flatExtracting(Section::figures)
        .extracting(Figure::values)
        .allSatisfy(values -> assertThat(values.median()).isNotNegative());
    assertThat(printed.toString())
        .contains("hand-tuned amqp-client", "Spring AMQP", "Spring Cloud Stream", "single_vs_raw");

    assertThat(broker.exchanges())
        .extracting(BrokerExchange::name)
        .as("nobody declares exchanges of their own")
        .allMatch(name -> name.matches("|amq\\..+|benchmark\\..+"));

    Page.write(folder.resolve("performance.md"), List.of(report));
    assertThat(folder.resolve("performance.md"))
        .content()
        .contains(
            "`./artel bench --tiny`",
            "## a broker 1.2, in the same JVM",
            "| whole path, quorum queue | median of 1 |",
            "| `single_vs_raw` |",
            "](performance.svg)");
    assertThat(Files.readString(folder.resolve("performance.svg")))
        .startsWith("<svg")
        .contains("hand-tuned amqp-client");
  }

  @Test
  void whatIsHandledTwiceIsNoResult() {
    assertThatThrownBy(
            () ->
                Run.wholePath(
                    arena(),
                    disturbed(
                        (handled, number) -> {
                          handled.handle(number);
                          handled.handle(number);
                        }),
                    10))
        .hasMessage("event 0 was handled 2 times");
  }

  @Test
  void whatIsNotAcknowledgedIsNoResult() {
    Contestant forgetful =
        new Disturbed() {
          @Override
          public Closeable handling(Arena arena, Handled handled) throws Exception {
            Closeable running = super.handling(arena, handled);
            return () -> {
              running.close();
              try (Publishing late = publishing(arena)) {
                late.publish(0); // nobody handles any more
                late.awaitConfirmed(1);
              } catch (IOException e) {
                throw e;
              } catch (Exception e) {
                throw new IOException(e);
              }
            };
          }
        };
    assertThatThrownBy(() -> Run.wholePath(arena(), forgetful, 10))
        .hasMessage("1 messages were handled but not acknowledged");
  }

  private Arena arena() {
    return Arena.of(broker.amqpUri(), QueueType.CLASSIC, new BenchmarkEvents(3, 0));
  }

  /** What a disturbed contestant does instead of telling of an event. */
  private interface Disturbance {
    void handle(Handled handled, int number);
  }

  private static Contestant disturbed(Disturbance disturbance) {
    return new Disturbed() {
      @Override
      public Closeable handling(Arena arena, Handled handled) throws Exception {
        return super.handling(
            arena,
            new Handled(0) {
              @Override
              public void handle(int number) {
                disturbance.handle(handled, number);
              }
            });
      }
    };
  }

  private static class Disturbed implements Contestant {
    private final Contestant normal = new HandTuned();

    @Override
    public String name() {
      return "disturbed";
    }

    @Override
    public Publishing publishing(Arena arena) throws Exception {
      return normal.publishing(arena);
    }

    @Override
    public Closeable handling(Arena arena, Handled handled) throws Exception {
      return normal.handling(arena, handled);
    }
  }
}
