package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.GetResponse;
import io.artel.events.ConnectionStatus;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.PublishException;
import io.artel.events.PublishException.Stored;
import io.artel.events.PublishFailure;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the spool share: a broker that goes and comes back, events, and what arrived. */
abstract class SpoolRoom {

  record Step(int number, String text) {}

  static final EventType<Step> STEP = EventType.of("spool.step", Step.class);

  static final Topology TOPOLOGY =
      Topology.on("spool.events").queue("spool.queue", queue -> queue.bind("spool.*"));

  /** A broker may take half a minute to start on a busy machine. */
  static final Duration PATIENCE = ofMinutes(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  @Nullable ArtelEvents artel;

  /** A place of the test's own. */
  abstract String uri();

  /** Takes the broker away, as a crash does. */
  abstract void away();

  /** Brings it back, with what it had. */
  abstract void back();

  /** What is declared outlives the broker from here on. */
  void flush() {}

  /** Ends what the place is in, if that is the test's own too. */
  abstract void endBroker();

  @AfterEach
  void close() {
    if (artel != null) {
      artel.close(ofMillis(100));
    }
    endBroker();
  }

  static ArtelSettings.Builder settings(String uri, Path folder) {
    return settings(folder).uri(uri);
  }

  static ArtelSettings.Builder settings(Path folder) {
    return ArtelSettings.builder()
        .name("spool")
        .topology(TOPOLOGY)
        .confirmTimeout(ofMillis(300))
        .publishTimeout(ofMillis(500))
        .reconnectBackoff(ofMillis(50), ofMillis(200))
        .onPublishFailure(PublishFailure.spool(folder, 1 << 30));
  }

  ArtelEvents connect() {
    return connect(settings(uri(), folder));
  }

  ArtelEvents connect(ArtelSettings.Builder settings) {
    ArtelEvents connected = ArtelEvents.connect(settings.meterRegistry(meters).build());
    artel = connected;
    flush();
    return connected;
  }

  void goAway(ArtelEvents connected) {
    away();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                connected.connections().stream()
                    .filter(status -> status.name().contains("publish"))
                    .noneMatch(ConnectionStatus::isUp));
  }

  CompletableFuture<PublishReceipt> publish(ArtelEvents on, UUID session, int number) {
    return on.publisher().publishAsync(step(session, number)).toCompletableFuture();
  }

  static Event<Step> step(UUID session, int number) {
    return STEP.event(new Step(number, "")).session(session).build("spool");
  }

  /** What became of it: where it is stored, or null if it was confirmed. */
  static @Nullable Stored stored(CompletableFuture<?> outcome) {
    try {
      outcome.orTimeout(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
      return null;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(PublishException.class);
      return ((PublishException) e.getCause()).stored();
    }
  }

  double events() {
    return meters.get("rabbitmq.spool.events").gauge().value();
  }

  void awaitEmptySpool() {
    await().atMost(PATIENCE).until(() -> events() == 0);
  }

  /** Takes everything out of a queue. */
  List<GetResponse> takeAll(String queue) throws Exception {
    List<GetResponse> all = new ArrayList<>();
    try (Raw raw = new Raw(uri())) {
      for (GetResponse each = raw.take(queue); each != null; each = raw.take(queue)) {
        all.add(each);
      }
    }
    return all;
  }

  /** What is in the queue, by session, in the order of first arrival. */
  Map<UUID, List<Integer>> arrived() throws Exception {
    Map<UUID, List<Integer>> seen = new LinkedHashMap<>();
    for (GetResponse message : takeAll("spool.queue")) {
      JsonNode body = JSON.readTree(message.getBody());
      for (JsonNode event : body.isArray() ? body.findValues("event") : List.of(body)) {
        List<Integer> numbers =
            seen.computeIfAbsent(
                UUID.fromString(event.get("session_id").asText()), id -> new ArrayList<>());
        int number = event.get("data").get("number").asInt();
        if (!numbers.contains(number)) {
          numbers.add(number);
        }
      }
    }
    return seen;
  }
}
