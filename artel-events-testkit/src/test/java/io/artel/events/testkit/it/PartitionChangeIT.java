package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.QueueSpec;
import io.artel.events.Topology;
import io.artel.events.TopologyException;
import io.artel.events.TopologyLayout;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.PartitionChange;
import io.artel.events.amqp.Subscription;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Another number of partitions while events flow: each session keeps its order, nothing is lost.
 */
@Tag("long")
@OnRealBrokers
class PartitionChangeIT extends OrderedRoom {

  private static final Topology SECOND = WaitingPartitions.SECOND;
  private static final Topology THIRD =
      Topology.on("steps.events").queue(QUEUE, q -> q.bind("steps.*").partitions(4).formerly(2, 3));
  private static final QueueSpec OLD = TOPOLOGY.find(QUEUE).orElseThrow();
  private static final QueueSpec NEW = SECOND.find(QUEUE).orElseThrow();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<UUID> SESSIONS =
      IntStream.range(0, 8).mapToObj(i -> UUID.randomUUID()).toList();

  private final RabbitMq broker;
  private final String uri;

  private final Map<UUID, Queue<String>> handled = new ConcurrentHashMap<>();
  private final AtomicInteger published = new AtomicInteger();
  private volatile boolean loaded = true;

  /** While it is not down, handlers of the old instance wait. */
  private volatile CountDownLatch held = new CountDownLatch(0);

  private Thread load;
  private ArtelEvents old;
  private Subscription reading;

  PartitionChangeIT(RabbitMq broker) {
    this.broker = broker;
    uri = broker.createVhost("change-" + UUID.randomUUID());
  }

  @Override
  String uri() {
    return uri;
  }

  /** Starts an old instance, which reads, and a load on all sessions. */
  @BeforeEach
  void begin() {
    old = connect();
    reading = subscribe(old, "old ");
    load =
        new Thread(
            () -> {
              while (loaded) {
                int number = published.getAndIncrement();
                SESSIONS.forEach(session -> old.publisher().publish(step(number, session)));
              }
            });
    load.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    loaded = false;
    load.join(PATIENCE.toMillis());
  }

  private Subscription subscribe(ArtelEvents artel, String generation) {
    return artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              if (generation.equals("old ") && !held.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("held for too long");
              }
              handled
                  .computeIfAbsent(event.sessionId(), session -> new ConcurrentLinkedQueue<>())
                  .add(generation + event.data().number());
            })
        .start();
  }

  private ArtelSettings.Builder second() {
    return settings().topology(SECOND);
  }

  private PartitionChange change() {
    return ArtelEvents.partitionChange(
        second().managementUri(broker.managementUri()).build(), QUEUE);
  }

  private static List<Integer> numbers(Iterable<String> calls) {
    List<Integer> numbers = new ArrayList<>();
    calls.forEach(call -> numbers.add(Integer.valueOf(call.substring(4))));
    return numbers;
  }

  private void awaitFlow() {
    int from = published.get();
    await().atMost(PATIENCE).until(() -> published.get() > from + 20);
  }

  /** Ends the load, and makes sure that each session was handled once, and in order. */
  private void everySessionKeptItsOrder() throws InterruptedException {
    awaitFlow();
    end();
    for (UUID session : SESSIONS) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(fault(handled.get(session))).isEqualTo("none"));
    }
  }

  /** The first place where the calls of a session are not what was published, with those near. */
  private String fault(Queue<String> session) {
    List<String> calls = List.copyOf(session);
    List<Integer> numbers = numbers(calls);
    int at = 0;
    while (at < numbers.size() && numbers.get(at) == at) {
      at++;
    }
    return at == numbers.size() && at == published.get()
        ? "none"
        : "%d published, %d different ones in %d calls; [%d] %s"
            .formatted(
                published.get(),
                Set.copyOf(numbers).size(),
                calls.size(),
                at,
                calls.subList(Math.max(0, at - 3), Math.min(calls.size(), at + 5)));
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Consumer<String> killBefore(String step) {
    return next -> {
      if (next.startsWith(step)) {
        throw new Killed();
      }
    };
  }

  private void runUntil(String step) {
    assertThatThrownBy(() -> change().run(PATIENCE, killBefore(step))).isInstanceOf(Killed.class);
  }

  private boolean isThere(String exchange) {
    try (Raw look = new Raw(uri())) {
      look.channel().exchangeDeclarePassive(exchange);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private void onlyOldHandled() {
    assertThat(handled.values())
        .allSatisfy(calls -> assertThat(calls).allMatch(call -> call.startsWith("old ")));
  }

  /** Events as fast as they go, in sessions of their own, until it is closed. */
  private final class Flood implements AutoCloseable {
    private final List<UUID> sessions =
        IntStream.range(0, 8).mapToObj(i -> UUID.randomUUID()).toList();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run);
    private volatile boolean open = true;

    Flood() {
      thread.start();
    }

    private void run() {
      while (open) {
        int number = sent.getAndIncrement();
        for (UUID session : sessions) {
          old.publisher()
              .publishAsync(step(number, session))
              .whenComplete((receipt, problem) -> failure.compareAndSet(null, problem));
        }
      }
    }

    void awaitMore() {
      int from = sent.get();
      await().atMost(PATIENCE).until(() -> sent.get() > from + 1000);
    }

    @Override
    public void close() {
      open = false;
      await().atMost(PATIENCE).until(() -> !thread.isAlive());
      assertThat(failure.get()).isNull();
    }
  }

  private void isReadAgainByOld() throws Exception {
    awaitFlow();
    assertThat(isThere(TopologyLayout.switchExchange(OLD))).isFalse();
    assertThat(isThere(TopologyLayout.readFlag(NEW))).isFalse();
    assertThat(isThere(TopologyLayout.fedFlag(NEW))).isFalse();
    everySessionKeptItsOrder();
  }

  @Test
  void changeUnderLoadShouldKeepTheOrderOfEverySession() throws Exception {
    Subscription waiting = subscribe(connect(second()), "new ");
    awaitFlow();
    List<String> steps = new ArrayList<>();

    change()
        .run(
            PATIENCE,
            step -> {
              steps.add(step);
              if (step.startsWith("cut")) {
                held = new CountDownLatch(1); // so that there is something to wait for
                awaitFlow();
              } else if (step.startsWith("wait until")) {
                await()
                    .during(Duration.ofSeconds(3))
                    .atMost(PATIENCE)
                    .until(() -> waiting.aliveConsumers() == 0);
                held.countDown();
              }
            });

    await().until(() -> waiting.aliveConsumers() == 3);
    everySessionKeptItsOrder();
    assertThat(steps).last().asString().startsWith("done");
    assertThat(handled.values())
        .allSatisfy(
            calls ->
                assertThat(calls)
                    .anyMatch(call -> call.startsWith("old "))
                    .anyMatch(call -> call.startsWith("new ")));
    assertThat(change().plan()).last().isEqualTo("nothing to change");
    assertThat(ArtelEvents.plan(second().build()).nothingToDo()).isTrue();
    for (int time = 0; time < 20; time++) { // none may find that the one before is still at work
      change().run(PATIENCE, step -> {});
    }
  }

  @Test
  void changeThatIsKilledBeforeEachStepShouldGoOn() throws Exception {
    Subscription waiting = subscribe(connect(second()), "new ");
    Set<String> killed = new HashSet<>();
    boolean done = false;
    while (!done) {
      try {
        change()
            .run(
                PATIENCE,
                step -> {
                  if (!step.contains("messages") && !step.startsWith("done") && killed.add(step)) {
                    throw new Killed();
                  }
                });
        done = true;
      } catch (Killed e) {
        assertThat(change().plan()).last().asString().isNotEqualTo("nothing to change");
      }
    }

    assertThat(killed).hasSize(8);
    await().until(() -> waiting.aliveConsumers() == 3);
    everySessionKeptItsOrder();
  }

  @Test
  void oldInstanceShouldReadButNotBindWhileItsPartitionsAreEmptied() throws Exception {
    runUntil("wait until");
    var unused = reading.stop(PATIENCE);
    connect();
    Subscription again = subscribe(connect(), "old ");
    Management management = new Management(broker, uri.substring(uri.lastIndexOf('/') + 1));

    assertThat(again.aliveConsumers()).isEqualTo(2);
    assertThat(management.list("bindings"))
        .noneMatch(
            binding ->
                binding.path("source").asText().equals("steps.events")
                    && binding
                        .path("destination")
                        .asText()
                        .equals(TopologyLayout.hashExchange(OLD)));
    subscribe(connect(second()), "new ");
    change().run(PATIENCE, step -> {});
    everySessionKeptItsOrder();
  }

  @Test
  void rollBackBeforeTheCutShouldLeaveTheOldInstancesReading() throws Exception {
    subscribe(connect(second()), "new ");
    runUntil("cut");
    change().rollBack(PATIENCE, step -> {});

    assertThat(isThere(TopologyLayout.hashExchange(NEW))).isFalse();
    isReadAgainByOld();
    onlyOldHandled();
  }

  /** What goes through the switch while it is deleted must not come out on the other side. */
  @Test
  void rollBackBeforeTheCutShouldLeadNothingToNewPartitions() throws Exception {
    subscribe(connect(second()), "new ");
    try (Flood flood = new Flood()) {
      for (int time = 0; time < 2; time++) {
        runUntil("cut");
        flood.awaitMore();
        change().rollBack(PATIENCE, step -> {});
      }
    }
    isReadAgainByOld();
    onlyOldHandled();
  }

  @Test
  void rollBackAfterTheCutShouldGoBackInOrder() throws Exception {
    subscribe(connect(second()), "new ");
    runUntil("bind");
    assertThatThrownBy(() -> change().rollBack(PATIENCE, killBefore("cut")))
        .isInstanceOf(Killed.class);
    assertThatThrownBy(() -> change().run(PATIENCE, step -> {}))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("roll-back");
    change().rollBack(PATIENCE, step -> {});

    isReadAgainByOld();
    assertThat(handled.values())
        .allSatisfy(calls -> assertThat(calls).anyMatch(call -> call.startsWith("new ")));
  }

  /** Else the middle generation would be read while the first one has events of before. */
  @Test
  void nextChangeShouldBeRefusedUntilThisOneIsFinished() throws Exception {
    subscribe(connect(second()), "new ");
    runUntil("let");
    PartitionChange next =
        ArtelEvents.partitionChange(
            settings().topology(THIRD).managementUri(broker.managementUri()).build(), QUEUE);

    assertThatThrownBy(() -> next.run(PATIENCE, step -> {}))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("generation 2 (3 partitions) is not finished");
    assertThatThrownBy(() -> next.rollBack(PATIENCE, step -> {}))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("generation 2 (3 partitions) is not finished");
    assertThat(next.plan()).last().asString().contains("is not finished");

    change().run(PATIENCE, step -> {});
    assertThat(next.plan()).last().asString().contains("let the new be read");
    everySessionKeptItsOrder();
  }

  @Test
  void oldPartitionsShouldGoWhenNobodyReadsThem() throws Exception {
    subscribe(connect(second()), "new ");
    change().run(PATIENCE, step -> {});

    assertThatThrownBy(() -> change().removeOld(PATIENCE, step -> {}))
        .isInstanceOf(TopologyException.class)
        .hasMessageContaining("still has 1 consumers");
    var unused = reading.stop(PATIENCE);
    change().removeOld(PATIENCE, step -> {});

    assertThat(isThere(TopologyLayout.hashExchange(OLD))).isFalse();
    everySessionKeptItsOrder();
  }
}
