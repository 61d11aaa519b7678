package io.artel.events.amqp.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.amqp.internal.metrics.HandlingMeters.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetersTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);
  private final HandlingMeters handling = meters.handling("game.queue");

  @Test
  void publishedEventShouldBeCountedByTypeRoutingKeyAndSource() {
    Event<JsonNode> event =
        EventType.ofTree("game.started")
            .event((JsonNode) JsonNodeFactory.instance.objectNode())
            .build("game_service");
    meters.published(event);
    meters.published(event);

    assertThat(samples("rabbitmq_events_published_total"))
        .containsExactly(
            "rabbitmq_events_published_total{event_type=\"game.started\","
                + "routing_key=\"game.started\",source_service=\"game_service\"} 2.0");
  }

  @Test
  void attemptShouldBeCountedByTypeQueueAndStatus() {
    for (Status status : Status.values()) {
      handling.type("game.started").processed(status, Duration.ofMillis(20));
    }

    assertThat(samples("rabbitmq_events_processed_total"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of("success", "failed", "retried", "dead_lettered", "discarded", "compensated")
                .map(
                    status ->
                        "rabbitmq_events_processed_total{event_type=\"game.started\","
                            + "queue_name=\"game.queue\",status=\""
                            + status
                            + "\"} 1.0")
                .toList());
  }

  @Test
  void processingShouldBeAHistogramInSeconds() {
    handling.type("game.started").processed(Status.SUCCESS, Duration.ofMillis(20));
    handling.type("game.started").processed(Status.RETRIED, Duration.ofSeconds(2));

    String name = "rabbitmq_event_processing_duration_seconds";
    String labels = "{event_type=\"game.started\",queue_name=\"game.queue\"";
    assertThat(samples(name + "_count")).containsExactly(name + "_count" + labels + "} 2");
    assertThat(samples(name + "_sum")).containsExactly(name + "_sum" + labels + "} 2.02");
    assertThat(samples(name + "_bucket"))
        .hasSizeGreaterThan(10)
        .anyMatch(line -> line.endsWith("} 0"))
        .anyMatch(line -> line.endsWith("} 1"))
        .contains(name + "_bucket" + labels + ",le=\"+Inf\"} 2");
  }

  @Test
  void ageShouldBeAHistogramInSecondsAndNeverNegative() {
    handling.age(Duration.ofMillis(500));
    handling.age(Duration.ofMillis(-900));

    String name = "rabbitmq_message_age_seconds";
    String labels = "{queue_name=\"game.queue\"";
    assertThat(samples(name + "_count")).containsExactly(name + "_count" + labels + "} 2");
    assertThat(samples(name + "_sum")).containsExactly(name + "_sum" + labels + "} 0.5");
    assertThat(samples(name + "_bucket")).contains(name + "_bucket" + labels + ",le=\"+Inf\"} 2");
  }

  @Test
  void queueSizeShouldBeTheLastOneKnown() {
    meters.size("game.queue", 5);
    meters.size("game.queue", 3);

    assertThat(samples("rabbitmq_queue_size"))
        .containsExactly("rabbitmq_queue_size{queue_name=\"game.queue\"} 3.0");
  }

  @Test
  void queueSizeShouldBeThatOfWhoeverStillReads() {
    Meters next = new Meters(registry);
    meters.size("game.queue", 5);
    next.size("game.queue", 6);

    meters.close();
    assertThat(samples("rabbitmq_queue_size")).isEmpty();
    next.size("game.queue", 7);

    assertThat(samples("rabbitmq_queue_size"))
        .containsExactly("rabbitmq_queue_size{queue_name=\"game.queue\"} 7.0");
  }

  private List<String> samples(String name) {
    return registry.scrape().lines().filter(line -> line.startsWith(name + "{")).toList();
  }
}
