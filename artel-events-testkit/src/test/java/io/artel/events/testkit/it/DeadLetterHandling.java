package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.artel.events.DeadLetter;
import io.artel.events.PermanentException;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.TopologyException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.DeadLetters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Dead letters are seen without being used up, and put back as if they had never failed. */
abstract class DeadLetterHandling extends DeadLetterRoom {

  private static final UUID ANNA = new UUID(7, 1);
  private static final UUID BORIS = new UUID(7, 2);

  @Test
  void browsingAHundredTimesShouldCostNothing() throws Exception {
    connect();
    Raw raw = raw();
    bury(raw, PLAIN, 60, ANNA, BORIS);
    List<Integer> all = IntStream.range(0, 60).boxed().toList();
    DeadLetters letters = deadLetters(PLAIN);

    for (int time = 0; time < 100; time++) {
      assertThat(numbers(letters.list(ALL))).as("time %d", time).isEqualTo(all);
    }

    assertThat(numbersOf(takeAll(raw, "plain.dlq", 60))).isEqualTo(all);
  }

  @Test
  void longBrowsesShouldGiveBackInOrder() throws Exception {
    connect();
    Raw raw = raw();
    bury(raw, PLAIN, 3000, ANNA, BORIS); // several channels hold them
    DeadLetters letters = deadLetters(PLAIN);

    assertThat(letters.list(ALL.limit(2000))).hasSize(2000);

    List<Integer> all = IntStream.range(0, 3000).boxed().toList();
    assertThat(numbers(letters.list(ALL))).isEqualTo(all);
    assertThat(numbersOf(takeAll(raw, "plain.dlq", 3000))).isEqualTo(all);
  }

  @Test
  void whatAHandlerFailedShouldBeShownWithItsReason() throws Exception {
    ArtelEvents artel = connect();
    artel
        .subscribe(PLAIN)
        .on(
            JOB,
            (event, context) -> {
              throw new PermanentException("no such table");
            })
        .start();
    UUID id = UUID.randomUUID();
    artel.publisher().publish(JOB.event(new Job(5)).id(id).session(ANNA));
    Raw raw = raw();
    await().atMost(LONG).until(raw.readyIn("plain.dlq"), ready -> ready == 1);

    DeadLetter letter = artel.deadLetters(PLAIN).show(id.toString()).orElseThrow();

    assertThat(letter.eventId()).isEqualTo(id);
    assertThat(letter.eventType()).isEqualTo("job.asked");
    assertThat(letter.sessionId()).isEqualTo(ANNA);
    assertThat(letter.failedQueue()).isEqualTo(PLAIN);
    assertThat(letter.errorClass()).isEqualTo("permanent");
    assertThat(letter.errorType()).isEqualTo(PermanentException.class.getName());
    assertThat(letter.errorMessage()).isEqualTo("no such table");
    assertThat(letter.originalExchange()).isEqualTo("jobs.events");
    assertThat(letter.originalRoutingKey()).isEqualTo("job.asked");
    assertThat(letter.failedAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(letter.toString()).doesNotContain("number");
    assertThat(artel.deadLetters(PLAIN).show(UUID.randomUUID().toString())).isEmpty();
  }

  @Test
  void whatTheBrokerGaveUpShouldBeShownWithItsReason() throws Exception {
    connect();
    Raw raw = raw();
    UUID id = UUID.randomUUID();
    BasicProperties fresh =
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .messageId(id.toString())
            .headers(Map.of("session_id", ANNA.toString()))
            .build();
    byte[] body = job(1, id, ANNA);
    raw.publish("jobs.events", "short.lived", fresh, body);
    raw.publish("jobs.events", "small.one", fresh, body);
    raw.publish("jobs.events", "small.two", fresh, body);
    raw.publish("jobs.events", "game.kept", fresh, body);
    raw.channel()
        .basicConsume(
            fullPartition(raw),
            false,
            (tag, message) ->
                raw.channel().basicReject(message.getEnvelope().getDeliveryTag(), false),
            tag -> {});
    raw.publish("jobs.events", "job.asked", fresh, body);
    for (int time = 0; time <= 20; time++) {
      AtomicReference<GetResponse> got = new AtomicReference<>();
      await()
          .atMost(LONG)
          .until(
              () -> {
                got.set(raw.channel().basicGet(PLAIN, false));
                return got.get() != null || raw.ready("plain.dlq") == 1;
              });
      if (got.get() != null) {
        raw.channel().basicReject(got.get().getEnvelope().getDeliveryTag(), true);
      }
    }

    expect(raw, "short.queue", "short.dlq", DeadLetter.EXPIRED, id, "short.lived");
    expect(raw, "small.queue", "small.dlq", DeadLetter.OVERFLOW, id, "small.one");
    expect(raw, ORDERED, "ordered.dlq", DeadLetter.REJECTED, id, "game.kept");
    expect(raw, PLAIN, "plain.dlq", DeadLetter.CRASH_LOOP, id, "job.asked");
  }

  private static String fullPartition(Raw raw) throws Exception {
    for (String partition : TOPOLOGY.find(ORDERED).orElseThrow().sources()) {
      if (raw.ready(partition) == 1) {
        return partition;
      }
    }
    throw new AssertionError("no partition has it");
  }

  private void expect(
      Raw raw, String queue, String deadLetterQueue, String why, UUID id, String key) {
    await().atMost(LONG).until(raw.readyIn(deadLetterQueue), ready -> ready == 1);
    DeadLetter letter = deadLetters(queue).list(ALL).get(0);
    assertThat(letter.errorClass()).as(queue).isEqualTo(why);
    assertThat(letter.failedQueue()).isEqualTo(queue);
    assertThat(letter.failedAt()).isBetween(Instant.now().minusSeconds(120), Instant.now());
    assertThat(letter.originalExchange()).isEqualTo("jobs.events");
    assertThat(letter.originalRoutingKey()).isEqualTo(key);
    assertThat(letter.eventId()).isEqualTo(id);
    assertThat(letter.sessionId()).isEqualTo(ANNA);
    assertThat(letter.errorMessage()).contains(queue);
    assertThat(deadLetters(queue).list(ALL.errorClass(why))).hasSize(1);
    assertThat(deadLetters(queue).list(ALL.olderThan(Duration.ofMinutes(5)))).isEmpty();
  }

  @Test
  void redrivenLettersShouldBeAsIfTheyHadNeverFailed() throws Exception {
    connect();
    Raw raw = raw();
    UUID id = UUID.randomUUID();
    byte[] body = job(1, id, ANNA);
    Map<String, Object> headers = new HashMap<>(failed(id, ANNA, "transient").build().getHeaders());
    headers.put("traceparent", "00-1-2-01");
    headers.put("CC", List.of("somewhere.else"));
    raw.publish(
        "jobs.dlq",
        "dlq.plain.queue",
        failed(id, ANNA, "transient").headers(headers).correlationId("flow").build(),
        body);

    RedriveReport report = deadLetters(PLAIN).redrive(ALL, PLAINLY);

    assertThat(report).isEqualTo(new RedriveReport(1, 0, 0, 0));
    Message back = takeAll(raw, PLAIN, 1).get(0);
    assertThat(back.body()).isEqualTo(body);
    assertThat(back.properties().getMessageId()).isEqualTo(id.toString());
    assertThat(back.properties().getCorrelationId()).isEqualTo("flow");
    assertThat(back.properties().getContentType()).isEqualTo("application/json");
    Map<String, Object> kept = new HashMap<>(back.properties().getHeaders());
    kept.keySet().removeIf(name -> name.startsWith("x-"));
    kept.replaceAll((name, value) -> value instanceof Number ? value : text(value));
    assertThat(kept)
        .isEqualTo(
            Map.of(
                "event_type", "job.asked",
                "session_id", ANNA.toString(),
                "traceparent", "00-1-2-01",
                "original_exchange", "jobs.events",
                "original_routing_key", "job.asked",
                "retry_count", 0,
                "redrive_count", 1));
    assertThat(deadLetters(PLAIN).count()).isZero();
  }

  @Test
  void aRedrivenEventShouldBeHandledAsAFirstAttempt() throws Exception {
    ArtelEvents artel = connect();
    AtomicBoolean mended = new AtomicBoolean();
    List<Integer> attempts = new ArrayList<>();
    artel
        .subscribe(PLAIN)
        .on(
            JOB,
            (event, context) -> {
              if (!mended.get()) {
                throw new PermanentException("broken");
              }
              attempts.add(context.attempt());
            })
        .start();
    artel.publisher().publish(JOB.event(new Job(1)).session(ANNA));
    Raw raw = raw();
    for (int time = 1; time <= 3; time++) {
      await().atMost(LONG).until(raw.readyIn("plain.dlq"), ready -> ready == 1);
      DeadLetter letter = artel.deadLetters(PLAIN).list(ALL).get(0);
      assertThat(letter.redrives()).isEqualTo(time - 1);
      assertThat(letter.originalRoutingKey()).isEqualTo("job.asked");
      mended.set(time == 3);
      assertThat(artel.deadLetters(PLAIN).redrive(ALL, PLAINLY).redriven()).isEqualTo(1);
    }
    await().atMost(LONG).until(() -> attempts.size() == 1);
    assertThat(attempts).containsExactly(1);
    assertThat(artel.deadLetters(PLAIN).count()).isZero();
  }

  @Test
  void aLetterShouldNotBePutBackForEver() throws Exception {
    connect();
    Raw raw = raw();
    UUID id = UUID.randomUUID();
    Map<String, Object> headers = new HashMap<>(failed(id, ANNA, "transient").build().getHeaders());
    headers.put("redrive_count", 3);
    raw.publish(
        "jobs.dlq",
        "dlq.plain.queue",
        failed(id, ANNA, "transient").headers(headers).build(),
        job(1, id, ANNA));

    assertThat(deadLetters(PLAIN).redrive(ALL, PLAINLY)).isEqualTo(new RedriveReport(0, 0, 1, 0));
    assertThat(deadLetters(PLAIN).list(ALL)).hasSize(1);
    RedriveOptions more = PLAINLY.maxRedrives(4);
    assertThat(deadLetters(PLAIN).redrive(ALL, more.dryRun()).redriven()).isEqualTo(1);
    assertThat(deadLetters(PLAIN).redrive(ALL, more).redriven()).isEqualTo(1);
    takeAll(raw, PLAIN, 1);
  }

  @Test
  void partitionsShouldGetSessionsInTheirOrder() throws Exception {
    connect();
    Raw raw = raw();
    UUID[] sessions =
        IntStream.range(0, 7).mapToObj(i -> new UUID(100 + i, i)).toArray(UUID[]::new);
    bury(raw, ORDERED, 1400, sessions);

    RedriveReport report = deadLetters(ORDERED).redrive(ALL, PLAINLY);

    assertThat(report).isEqualTo(new RedriveReport(1400, 0, 0, 0));
    List<String> partitions = TOPOLOGY.find(ORDERED).orElseThrow().sources();
    await().atMost(LONG).until(() -> ready(raw, partitions) == 1400);
    List<Integer> all = new ArrayList<>();
    for (String partition : partitions) {
      List<Integer> numbers = numbersOf(takeAll(raw, partition, (int) raw.ready(partition)));
      for (int session = 0; session < sessions.length; session++) {
        int own = session;
        assertThat(numbers.stream().filter(n -> n % sessions.length == own).toList()).isSorted();
      }
      all.addAll(numbers);
    }
    assertThat(all).hasSize(1400).doesNotHaveDuplicates();
  }

  @Test
  void moreThanIsReadAheadShouldBePutBackInOrder() throws Exception {
    connect();
    Raw raw = raw();
    bury(raw, PLAIN, 10_300, ANNA, BORIS); // the broker sends 10,000 ahead

    assertThat(deadLetters(PLAIN).purge(ALL.session(BORIS).limit(100))).isEqualTo(100);
    assertThat(deadLetters(PLAIN).redrive(ALL, PLAINLY).redriven()).isEqualTo(10_200);

    assertThat(numbersOf(takeAll(raw, PLAIN, 10_200))).isSorted().doesNotHaveDuplicates();
    assertThat(deadLetters(PLAIN).count()).isZero();
  }

  private static long ready(Raw raw, List<String> queues) throws Exception {
    long ready = 0;
    for (String queue : queues) {
      ready += raw.ready(queue);
    }
    return ready;
  }

  @Test
  void onlyWhatFitsShouldBePutBack() throws Exception {
    connect();
    Raw raw = raw();
    bury(raw, PLAIN, 20, ANNA, ANNA, BORIS);
    DeadLetters letters = deadLetters(PLAIN);
    UUID eleventh = new UUID(1, 11);

    assertThat(letters.list(ALL.type("game.*"))).isEmpty();
    assertThat(letters.list(ALL.type("job.*"))).hasSize(20);
    assertThat(letters.list(ALL.olderThan(Duration.ofMinutes(2)))).isEmpty();
    assertThat(letters.list(ALL.youngerThan(Duration.ofMinutes(2)))).hasSize(20);
    assertThat(numbers(letters.list(ALL.event(eleventh)))).containsExactly(11);
    assertThat(letters.redrive(ALL.session(BORIS), PLAINLY.dryRun()).redriven()).isEqualTo(6);
    assertThat(letters.count()).isEqualTo(20);

    assertThat(letters.redrive(ALL.session(BORIS), PLAINLY.rate(1000)).redriven()).isEqualTo(6);
    assertThat(numbersOf(takeAll(raw, PLAIN, 6))).containsExactly(2, 5, 8, 11, 14, 17);
    assertThat(letters.redrive(ALL.errorClass("permanent").limit(2), PLAINLY).redriven())
        .isEqualTo(2);
    assertThat(numbersOf(takeAll(raw, PLAIN, 2))).containsExactly(1, 3);

    assertThat(numbers(letters.list(ALL)))
        .containsExactly(0, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19);
    assertThat(letters.purge(ALL.errorClass("permanent"))).isEqualTo(5);
    assertThat(numbers(letters.list(ALL))).containsExactly(0, 4, 6, 10, 12, 16, 18);
  }

  @Test
  void bytesThatAreNothingShouldBePutBackToo() throws Exception {
    connect();
    Raw raw = raw();
    raw.publish("jobs.dlq", "dlq.plain.queue", new BasicProperties(), bytes("{"));
    DeadLetter letter = deadLetters(PLAIN).list(ALL).get(0);
    assertThat(letter.eventId()).isNull();
    assertThat(deadLetters(PLAIN).show(letter.id())).isPresent();

    assertThat(deadLetters(PLAIN).redrive(ALL, PLAINLY).redriven()).isEqualTo(1);

    assertThat(takeAll(raw, PLAIN, 1).get(0).body()).isEqualTo(bytes("{"));
  }

  @Test
  void whatNoQueueTookShouldFindItsWay() throws Exception {
    connect();
    Raw raw = raw();
    UUID id = UUID.randomUUID();
    byte[] body = job(1, id, ANNA);
    BasicProperties letter = failed(id, ANNA, "transient").build();
    BasicProperties unpublished =
        new BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .messageId(id.toString())
            .build();
    raw.channel().queueUnbind("plain.dlq", "jobs.dlq", "dlq.plain.queue");
    raw.publish("jobs.dlq", "dlq.plain.queue", letter, body);
    raw.publish("jobs.dlq", "dlq.gone.queue", letter, body);
    raw.publish("jobs.dlq", "unpublished", unpublished, job(2, id, BORIS));
    DeadLetters letters = deadLetters("jobs.dlq.unrouted");
    assertThat(letters.count()).isEqualTo(3);
    assertThat(letters.list(ALL.errorClass(DeadLetter.UNROUTED))).hasSize(1);
    assertThat(letters.redrive(ALL, PLAINLY.dryRun())).isEqualTo(new RedriveReport(2, 0, 0, 1));

    assertThat(letters.redrive(ALL, PLAINLY)).isEqualTo(new RedriveReport(2, 0, 0, 1));

    assertThat(numbersOf(takeAll(raw, PLAIN, 2))).containsExactly(1, 2);
    assertThat(letters.list(ALL)).hasSize(1);
  }

  @Test
  void whatNoPartitionTookShouldBePutBackBySession() throws Exception {
    connect();
    Raw raw = raw();
    UUID id = UUID.randomUUID();
    String hash = "ordered.queue.hash.session_id.3.g1";
    for (String partition : TOPOLOGY.find(ORDERED).orElseThrow().sources()) {
      raw.channel().queueUnbind(partition, hash, "1");
    }
    raw.publish("jobs.events", "game.x", failed(id, ANNA, "transient").build(), job(1, id, ANNA));
    connect(); // binds them again
    DeadLetters letters = deadLetters(hash + ".unrouted");
    assertThat(letters.count()).isEqualTo(1);

    assertThat(letters.redrive(ALL, PLAINLY).redriven()).isEqualTo(1);

    List<String> partitions = TOPOLOGY.find(ORDERED).orElseThrow().sources();
    await().atMost(LONG).until(() -> ready(raw, partitions) == 1);
  }

  @Test
  void whatIsMissingShouldBeSaid() throws Exception {
    assertThatThrownBy(() -> deadLetters("other.queue"))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("other.queue")
        .hasMessageContaining("plain.dlq");
    DeadLetters letters = deadLetters(PLAIN);
    assertThatThrownBy(() -> letters.list(ALL))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("plain.dlq");
    connect();
    Raw raw = raw();
    bury(raw, PLAIN, 1, ANNA);
    raw.channel().queueDelete(PLAIN);

    assertThatThrownBy(() -> letters.redrive(ALL, PLAINLY))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("'plain.queue' is not on the broker");
    assertThat(letters.list(ALL)).hasSize(1);
  }
}
