package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.artel.events.Batching;
import io.artel.events.CloseReport;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.PublishException.Stored;
import io.artel.events.PublishFailure;
import io.artel.events.PublishReceipt;
import io.artel.events.amqp.ArtelEvents;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The broker goes: events wait on disk, and follow in their order when it is back. */
abstract class SpooledEvents extends SpoolRoom {

  private static final EventType<Step> LOST = EventType.of("gone.step", Step.class);

  @Test
  void whatWasSpooledShouldFollowInOrderAndBeforeNewerEventsOfItsKey() throws Exception {
    ArtelEvents connected = connect();
    List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(3).toList();
    List<CompletableFuture<PublishReceipt>> outcomes = new ArrayList<>();
    int number = 0;
    for (; number < 20; number++) {
      publishToAll(connected, sessions, number, outcomes);
    }
    outcomes.forEach(outcome -> assertThat(stored(outcome)).isIn(null, Stored.SPOOL));
    awaitEmptySpool();
    outcomes.clear();
    goAway(connected);
    for (; number < 220; number++) {
      publishToAll(connected, sessions, number, outcomes);
    }
    outcomes.forEach(outcome -> assertThat(stored(outcome)).isEqualTo(Stored.SPOOL));
    assertThat(events()).isEqualTo(600);
    outcomes.clear();

    back();
    int newer = 0;
    for (; newer < 200; newer++) {
      publishToAll(connected, sessions, number + newer, outcomes);
      stored(outcomes.get(outcomes.size() - 1)); // at the pace of the slowest
    }
    int last = number + newer;
    outcomes.forEach(outcome -> assertThat(stored(outcome)).isIn(null, Stored.SPOOL));
    awaitEmptySpool();
    assertThat(stored(publish(connected, sessions.get(0), last))).isIn(null, Stored.SPOOL);
    awaitEmptySpool();

    assertThat(meters.get("rabbitmq.spool.replayed").counter().count()).isGreaterThanOrEqualTo(600);
    assertThat(arrived())
        .hasSize(3)
        .allSatisfy(
            (session, numbers) ->
                assertThat(numbers)
                    .startsWith(IntStream.range(0, last).boxed().toArray(Integer[]::new)));
  }

  private void publishToAll(
      ArtelEvents on,
      List<UUID> sessions,
      int number,
      List<CompletableFuture<PublishReceipt>> outcomes) {
    sessions.forEach(session -> outcomes.add(publish(on, session, number)));
  }

  @Test
  void aSpooledEventShouldArriveAsItWasMeant() throws Exception {
    ArtelEvents connected = connect(settings(uri(), folder).sequenceNumbers(10));
    goAway(connected);
    Event<Step> event = step(UUID.randomUUID(), 1);

    assertThatThrownBy(() -> connected.publisher().publish(event))
        .hasMessageContainingAll("is stored in the spool in '" + folder, "NOT_SENT");
    back();
    awaitEmptySpool();

    List<GetResponse> all = takeAll("spool.queue");
    assertThat(all).isNotEmpty(); // more than one if a confirmation was late
    GetResponse message = all.get(0);
    assertThat(message.getBody()).isEqualTo(EventCodec.create().encode(event));
    assertThat(message.getProps().getMessageId()).isEqualTo(event.id().toString());
    assertThat(message.getProps().getType()).isEqualTo("spool.step");
    assertThat(message.getProps().getTimestamp()).isNotNull();
    assertThat(message.getProps().getContentType()).isEqualTo("application/json");
    assertThat(message.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(message.getProps().getHeaders())
        .containsEntry("sequence", 1)
        .containsEntry("sequence_of_type", 1)
        .containsKey("sequence_epoch");
    assertThat(message.getProps().getHeaders())
        .extractingByKey("session_id")
        .hasToString(String.valueOf(event.sessionId()));
    assertThat(message.getProps().getHeaders().get("published_at")).isInstanceOf(Long.class);
  }

  @Test
  void nobodyShouldWaitForRoomWhileTheBrokerIsAway() {
    ArtelEvents connected =
        connect(
            settings(uri(), folder)
                .maxInFlight(10)
                .enqueueTimeout(ofSeconds(1))
                .publishTimeout(ofSeconds(60)));
    goAway(connected);
    UUID session = UUID.randomUUID();

    List<CompletableFuture<PublishReceipt>> outcomes =
        IntStream.range(0, 100).mapToObj(i -> publish(connected, session, i)).toList();

    outcomes.forEach(outcome -> assertThat(stored(outcome)).isEqualTo(Stored.SPOOL));
    back();
    awaitEmptySpool();
  }

  @Test
  void aFullSpoolShouldStoreNothingMore() throws Exception {
    long maxBytes = 64 * 1024;
    ArtelEvents connected =
        connect(settings(uri(), folder).onPublishFailure(PublishFailure.spool(folder, maxBytes)));
    goAway(connected);
    UUID session = UUID.randomUUID();
    List<Stored> stored =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    connected
                        .publisher()
                        .publishAsync(STEP.event(new Step(i, "x".repeat(2000))).session(session))
                        .toCompletableFuture())
            .toList()
            .stream()
            .map(SpoolRoom::stored)
            .toList();

    assertThat(stored).contains(Stored.SPOOL, Stored.NOWHERE).doesNotContainNull();
    int spooled = (int) stored.stream().filter(Stored.SPOOL::equals).count();
    assertThat(spooled).isBetween(15, 32);
    assertThat(sizeOnDisk()).isBetween(maxBytes * 3 / 4, maxBytes);
    back();
    awaitEmptySpool();
    assertThat(arrived().get(session))
        .containsSubsequence(IntStream.range(0, spooled).boxed().toList());
    assertThat(sizeOnDisk()).isZero();
  }

  private long sizeOnDisk() throws Exception {
    long size = 0;
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.filter(each -> each.toString().endsWith(".spool")).toList()) {
        size += Files.size(path);
      }
    }
    return size;
  }

  @Test
  void whatNoQueueTakesShouldHoldUpNothing() throws Exception {
    ArtelEvents connected = connect();
    goAway(connected);
    UUID session = UUID.randomUUID();
    Event<Step> lost = LOST.event(new Step(0, "")).session(session).build("spool");
    CompletableFuture<?> first = connected.publisher().publishAsync(lost).toCompletableFuture();
    CompletableFuture<?> second = publish(connected, session, 1);
    assertThat(stored(first)).isEqualTo(Stored.SPOOL);
    assertThat(stored(second)).isEqualTo(Stored.SPOOL);

    back();
    awaitEmptySpool();

    assertThat(arrived().get(session)).containsExactly(1);
    List<GetResponse> refused = takeAll("spool.dlq.unrouted");
    assertThat(refused).isNotEmpty();
    assertThat(refused.get(0).getBody()).isEqualTo(EventCodec.create().encode(lost));
    assertThat(refused.get(0).getProps().getHeaders())
        .extractingByKey("error_class")
        .hasToString("unroutable");
    assertThat(refused.get(0).getProps().getHeaders())
        .extractingByKey("original_routing_key")
        .hasToString("gone.step");
    assertThat(counted("dead_letter")).isGreaterThanOrEqualTo(1);
  }

  @Test
  void whatNobodyTakesAtAllShouldBeSetAsideOnDisk() throws Exception {
    ArtelEvents connected = connect();
    try (Raw raw = new Raw(uri())) {
      raw.channel().exchangeDelete("spool.dlq");
    }
    flush();
    goAway(connected);
    UUID session = UUID.randomUUID();
    CompletableFuture<?> lost =
        connected
            .publisher()
            .publishAsync(LOST.event(new Step(0, "")).session(session))
            .toCompletableFuture();
    assertThat(stored(lost)).isEqualTo(Stored.SPOOL);
    assertThat(stored(publish(connected, session, 1))).isEqualTo(Stored.SPOOL);

    back();
    awaitEmptySpool();

    assertThat(arrived().get(session)).containsExactly(1);
    assertThat(counted("rejected")).isEqualTo(1);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(Path::toString).filter(name -> name.endsWith(".rejected"))).hasSize(1);
    }
  }

  private double counted(String place) {
    Counter counter = meters.find("rabbitmq.publish.stored").tag("place", place).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void closingShouldLeaveWhatIsUnderWayToTheNextStart() throws Exception {
    ArtelEvents connected = connect(settings(uri(), folder).publishTimeout(ofSeconds(60)));
    goAway(connected);
    UUID session = UUID.randomUUID();
    List<CompletableFuture<PublishReceipt>> outcomes =
        IntStream.range(0, 50).mapToObj(i -> publish(connected, session, i)).toList();

    CloseReport report = connected.close(ofMillis(100));

    outcomes.forEach(outcome -> assertThat(stored(outcome)).isEqualTo(Stored.SPOOL));
    assertThat(report).isEqualTo(new CloseReport(0, 0, 0, 0, 50));
    assertThat(report.isClean()).isFalse();
    assertThat(stored(publish(connected, session, 50))).isEqualTo(Stored.NOWHERE);
    back();
    ArtelEvents again = connect();
    assertThat(stored(publish(again, session, 51))).isIn(null, Stored.SPOOL);
    awaitEmptySpool();
    assertThat(arrived().get(session))
        .startsWith(IntStream.range(0, 50).boxed().toArray(Integer[]::new))
        .endsWith(51);
  }

  @Test
  void aFolderShouldServeOneAtATime() {
    connect();

    assertThatThrownBy(() -> ArtelEvents.connect(settings(uri(), folder).build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(folder.toString(), "in use");
  }

  @Test
  void batchesShouldBeSpooledAndReplayedWhole() throws Exception {
    ArtelEvents connected = connect(settings(uri(), folder).batching(Batching.upTo(10)));
    goAway(connected);
    UUID session = UUID.randomUUID();
    List<Event<Step>> steps = IntStream.range(0, 95).mapToObj(i -> step(session, i)).toList();
    List<Event<Step>> lost =
        IntStream.range(0, 5)
            .mapToObj(i -> LOST.event(new Step(i, "")).session(session).build("spool"))
            .toList();

    CompletableFuture<?> all = connected.publisher().publishAllAsync(steps).toCompletableFuture();
    CompletableFuture<?> nowhere =
        connected.publisher().publishAllAsync(lost).toCompletableFuture();

    assertThat(stored(all)).isEqualTo(Stored.SPOOL);
    assertThat(stored(nowhere)).isEqualTo(Stored.SPOOL);
    assertThat(events()).isEqualTo(100);
    back();
    awaitEmptySpool();
    assertThat(arrived().get(session))
        .containsExactlyElementsOf(IntStream.range(0, 95).boxed().toList());
    assertThat(takeAll("spool.dlq.unrouted"))
        .extracting(message -> message.getProps().getMessageId())
        .hasSameElementsAs(lost.stream().map(event -> event.id().toString()).toList());
  }

  @Test
  void severalThreadsShouldKeepTheOrderOfTheirKeys() throws Exception {
    ArtelEvents connected = connect(settings(uri(), folder).maxInFlight(50));
    List<UUID> sessions = Stream.generate(UUID::randomUUID).limit(8).toList();
    CountDownLatch some = new CountDownLatch(8);
    CountDownLatch gone = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<CompletableFuture<PublishReceipt>>>> all = new ArrayList<>();
      for (UUID session : sessions) {
        all.add(
            threads.submit(
                () -> {
                  List<CompletableFuture<PublishReceipt>> outcomes = new ArrayList<>();
                  for (int i = 0; i < 400; i++) {
                    outcomes.add(publish(connected, session, i));
                    if (i == 100) {
                      some.countDown();
                      gone.await();
                    }
                  }
                  return outcomes;
                }));
      }
      some.await();
      goAway(connected);
      gone.countDown();
      await().atMost(PATIENCE).until(() -> events() > 200);
      back();
      for (Future<List<CompletableFuture<PublishReceipt>>> outcomes : all) {
        outcomes.get().forEach(outcome -> assertThat(stored(outcome)).isIn(null, Stored.SPOOL));
      }
    } finally {
      threads.shutdownNow();
    }
    awaitEmptySpool();

    assertThat(arrived())
        .hasSize(8)
        .allSatisfy(
            (session, numbers) ->
                assertThat(numbers)
                    .containsExactlyElementsOf(IntStream.range(0, 400).boxed().toList()));
  }
}
