package io.artel.events.testkit.it;

import static io.artel.events.FailurePolicy.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rabbitmq.client.GetResponse;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.HaltStore;
import io.artel.events.PermanentException;
import io.artel.events.TopologyLayout;
import io.artel.events.TransientException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.BrokerProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sessions in their order, whatever becomes of one event of theirs. */
abstract class OrderedHandling extends OrderedRoom {

  static final Duration SHORT = Duration.ofMillis(100);

  static final FailurePolicy OFTEN =
      retry(TransientException.class).upTo(20).backoff(SHORT, SHORT).thenDeadLetter();

  private final Map<UUID, Queue<Integer>> handled = new ConcurrentHashMap<>();

  private List<Integer> handled(UUID session) {
    return List.copyOf(handled.computeIfAbsent(session, key -> new ConcurrentLinkedQueue<>()));
  }

  private void handle(UUID session, int number) {
    handled.computeIfAbsent(session, key -> new ConcurrentLinkedQueue<>()).add(number);
  }

  @Test
  void failingSessionShouldWaitAloneAndKeepItsOrder() {
    ArtelEvents artel = connect();
    UUID failing = UUID.randomUUID();
    List<UUID> others = IntStream.range(0, 20).mapToObj(i -> UUID.randomUUID()).toList();
    CountDownLatch left = new CountDownLatch(200);
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              if (event.sessionId().equals(failing)
                  && event.data().number() == 2
                  && left.getCount() > 0) {
                throw new TransientException("not before the others are done");
              }
              handle(event.sessionId(), event.data().number());
              if (!event.sessionId().equals(failing)) {
                left.countDown();
              }
            })
        .onFailure(OFTEN)
        .start();

    for (int number = 0; number < 10; number++) {
      for (UUID session : Stream.concat(Stream.of(failing), others.stream()).toList()) {
        var unused = artel.publisher().publishAsync(step(number, session));
      }
    }

    List<Integer> all = IntStream.range(0, 10).boxed().toList();
    await().untilAsserted(() -> assertThat(handled(failing)).isEqualTo(all));
    assertThat(others).allSatisfy(other -> assertThat(handled(other)).isEqualTo(all));
  }

  @Test
  void sessionWithTooMuchWaitingShouldSendItsTailToTheDeadLettersInOrder() throws Exception {
    ArtelEvents artel = connect();
    UUID failing = UUID.randomUUID();
    AtomicBoolean fails = new AtomicBoolean(true);
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              if (fails.get() && event.data().number() == 0) {
                throw new TransientException("not yet");
              }
              handle(failing, event.data().number());
            })
        .onFailure(OFTEN)
        .parkedPerKey(3)
        .start();

    artel
        .publisher()
        .publishAll(IntStream.range(0, 10).mapToObj(number -> step(number, failing)).toList());

    List<GetResponse> dead = deadLetters(7);
    await().until(() -> meters.get("rabbitmq.keys.parked").gauge().value() == 1);
    fails.set(false);
    assertThat(dead).extracting(OrderedRoom::number).containsExactly(3, 4, 5, 6, 7, 8, 9);
    assertThat(dead)
        .allSatisfy(
            message -> {
              assertThat(header(message, "error_class")).isEqualTo("parked_overflow");
              assertThat(header(message, "session_id")).isEqualTo(failing.toString());
              assertThat(header(message, "retry_count")).isEqualTo("0");
            });
    await().untilAsserted(() -> assertThat(handled(failing)).containsExactly(0, 1, 2));
    assertThat(meters.get("rabbitmq.keys.parked").gauge().value()).isZero();
    artel.publisher().publish(step(10, failing));
    await().untilAsserted(() -> assertThat(handled(failing)).containsExactly(0, 1, 2, 10));
  }

  /** Tasks are collected and then run one by one, which shows whose turn comes first. */
  @Test
  void urgentEventsOfOtherSessionsShouldGoFirst() throws Exception {
    ArtelEvents artel = connect();
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    Queue<String> order = new ConcurrentLinkedQueue<>();
    artel
        .subscribe(QUEUE)
        .on(STEP, (event, context) -> order.add(event.priority() + " " + event.data().number()))
        .executor(tasks::add)
        .start();
    UUID both = UUID.randomUUID();
    artel
        .publisher()
        .publishAll(
            List.of(
                step(1, UUID.randomUUID(), EventPriority.LOW),
                step(2, UUID.randomUUID(), EventPriority.NORMAL),
                step(3, both, EventPriority.LOW),
                step(4, both, EventPriority.CRITICAL),
                step(5, UUID.randomUUID(), EventPriority.HIGH),
                step(6, UUID.randomUUID(), EventPriority.CRITICAL)));
    await().until(() -> tasks.size() == 5); // one for each session

    while (order.size() < 6) {
      tasks.take().run();
    }

    List<String> turns = List.copyOf(order);
    assertThat(turns.subList(0, 2)).containsExactlyInAnyOrder("HIGH 5", "CRITICAL 6");
    assertThat(turns.indexOf("LOW 3")).isLessThan(turns.indexOf("CRITICAL 4"));
  }

  @Test
  void sessionOfAllPrioritiesShouldKeepItsOrder() {
    ArtelEvents artel = connect();
    UUID session = UUID.randomUUID();
    EventPriority[] priorities = EventPriority.values();
    List<Integer> numbers = IntStream.range(0, 40).boxed().toList();
    // They lie in the queue together before anybody reads, so that it could reorder them.
    numbers.forEach(
        number ->
            artel.publisher().publish(step(number, session, priorities[(number * 3 + 2) % 4])));

    artel
        .subscribe(QUEUE)
        .on(STEP, (event, context) -> handle(session, event.data().number()))
        .start();

    await().untilAsserted(() -> assertThat(handled(session)).isEqualTo(numbers));
  }

  @Test
  void haltedSessionShouldFollowItsDeadLetterAndComeBackInOrder() throws Exception {
    HaltStore store = HaltStore.inMemory();
    ArtelEvents artel = connect();
    UUID failing = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    AtomicBoolean fails = new AtomicBoolean(true);
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              if (fails.get() && event.sessionId().equals(failing) && event.data().number() == 2) {
                throw new PermanentException("not yet");
              }
              handle(event.sessionId(), event.data().number());
            })
        .haltKey(store)
        .start();

    for (int number = 0; number < 6; number++) {
      artel.publisher().publish(step(number, failing));
      artel.publisher().publish(step(number, other));
    }

    List<GetResponse> dead = deadLetters(4);
    assertThat(dead).extracting(OrderedRoom::number).containsExactly(2, 3, 4, 5);
    assertThat(dead)
        .extracting(message -> header(message, "error_class"))
        .containsExactly("permanent", "halted", "halted", "halted");
    assertThat(handled(failing)).containsExactly(0, 1);
    await().untilAsserted(() -> assertThat(handled(other)).containsExactly(0, 1, 2, 3, 4, 5));

    // What comes back before its turn goes to the end, and what fails again stays the first.
    redrive(dead.get(1));
    assertThat(deadLetters(1)).extracting(OrderedRoom::number).containsExactly(3);
    redrive(dead.get(0));
    assertThat(deadLetters(1)).extracting(OrderedRoom::number).containsExactly(2);

    fails.set(false);
    for (GetResponse message : dead) {
      redrive(message);
    }
    artel.publisher().publish(step(6, failing));
    await().untilAsserted(() -> assertThat(handled(failing)).containsExactly(0, 1, 2, 3, 4, 5, 6));
    await().until(() -> store.firstHeld(QUEUE, failing.toString()).isEmpty());
    assertThat(raw.ready(DEAD_LETTERS)).isZero();
  }

  /** Acknowledgements get lost after the release: what comes again is not for the dead letters. */
  @Test
  void releasedEventsThatComeAgainShouldNotHaltTheirSession() throws Exception {
    UUID failing = UUID.randomUUID();
    HaltStore store = HaltStore.inMemory();
    AtomicBoolean fails = new AtomicBoolean(true);
    CountDownLatch cut = new CountDownLatch(1);
    try (BrokerProxy proxy = BrokerProxy.before(uri());
        ArtelEvents artel = connect(settings().uri(proxy.amqpUri()))) {
      artel
          .subscribe(QUEUE)
          .on(
              STEP,
              (event, context) -> {
                if (fails.get()) {
                  throw new PermanentException("not yet");
                }
                if (event.data().number() == 2 && !cut.await(30, TimeUnit.SECONDS)) {
                  throw new IllegalStateException("the connection was not cut");
                }
                handle(failing, event.data().number());
              })
          .haltKey(store)
          .start();
      for (int number = 0; number < 3; number++) {
        artel.publisher().publish(step(number, failing));
      }
      List<GetResponse> dead = deadLetters(3);

      fails.set(false);
      proxy.loseAcks(Integer.MAX_VALUE);
      for (GetResponse message : dead) {
        redrive(message);
      }
      UUID last = UUID.fromString(dead.get(2).getProps().getMessageId());
      await().until(() -> store.firstHeld(QUEUE, failing.toString()).equals(Optional.of(last)));
      long made = proxy.madeConnections();
      proxy.heal();
      proxy.reset();
      await().until(() -> proxy.madeConnections() >= made + 3);
      cut.countDown();

      await().until(() -> store.firstHeld(QUEUE, failing.toString()).isEmpty());
      artel.publisher().publish(step(3, failing));
      await().untilAsserted(() -> assertThat(handled(failing)).endsWith(3));
      assertThat(handled(failing).stream().distinct()).containsExactly(0, 1, 2, 3);
      assertThat(handled(failing)).containsSubsequence(0, 1, 0, 1, 2, 3);
      assertThat(raw.ready(DEAD_LETTERS)).isZero();
    }
  }

  /** Its static parts cannot be made, and so no code of it can run. */
  private record Unusable(int number) {
    static {
      Integer.parseInt("none");
    }
  }

  @Test
  void eventWhoseClassCannotBeUsedShouldBeDeadLettered() throws Exception {
    ArtelEvents artel = connect();
    UUID session = UUID.randomUUID();
    artel
        .subscribe(QUEUE)
        .on(EventType.of("steps.unusable", Unusable.class), (event, context) -> {})
        .on(STEP, (event, context) -> handle(session, event.data().number()))
        .start();

    ObjectNode data = JsonNodeFactory.instance.objectNode().put("number", 0);
    artel.publisher().publish(EventType.ofTree("steps.unusable").event(data).session(session));
    artel.publisher().publish(step(1, session));

    GetResponse letter = deadLetters(1).get(0);
    assertThat(header(letter, "error_class")).isEqualTo("malformed");
    assertThat(header(letter, "error_message")).contains("class of its payload");
    await().untilAsserted(() -> assertThat(handled(session)).containsExactly(1));
  }

  @Test
  void haltedSessionShouldStayHaltedInAnotherInstanceUntilItIsReleased() throws Exception {
    HaltStore store = HaltStore.inMemory();
    UUID failing = UUID.randomUUID();
    ArtelEvents artel = connect();
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              throw new PermanentException("never");
            })
        .haltKey(store)
        .start();
    artel.publisher().publish(step(0, failing));
    deadLetters(1);
    artel.close();
    ArtelEvents next = connect();
    next.subscribe(QUEUE)
        .on(STEP, (event, context) -> handle(failing, event.data().number()))
        .haltKey(store)
        .start();

    next.publisher().publish(step(1, failing));
    assertThat(deadLetters(1)).extracting(OrderedRoom::number).containsExactly(1);

    assertThat(store.releaseAll(QUEUE, failing.toString())).isEqualTo(2);
    next.publisher().publish(step(2, failing));
    await().untilAsserted(() -> assertThat(handled(failing)).containsExactly(2));
  }

  /** The retried event makes way, so that all of the session lies in the dead letters in order. */
  @Test
  void haltingSessionWithTooMuchWaitingShouldGoToTheDeadLettersAsAWhole() throws Exception {
    ArtelEvents artel = connect();
    UUID failing = UUID.randomUUID();
    artel
        .subscribe(QUEUE)
        .on(
            STEP,
            (event, context) -> {
              throw new TransientException("not yet");
            })
        .onFailure(
            retry(TransientException.class)
                .upTo(1)
                .backoff(Duration.ofMinutes(5), Duration.ofMinutes(5))
                .thenDeadLetter())
        .parkedPerKey(3)
        .haltKey(HaltStore.inMemory())
        .start();

    for (int number = 0; number < 6; number++) {
      artel.publisher().publish(step(number, failing));
    }

    List<GetResponse> dead = deadLetters(6);
    assertThat(dead).extracting(OrderedRoom::number).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(header(dead.get(0), "error_class")).isEqualTo("parked_overflow");
    assertThat(header(dead.get(1), "error_class")).isEqualTo("halted");
  }

  /** As operators do it: through the hash exchange, by the session. */
  private void redrive(GetResponse message) throws Exception {
    raw.publish(
        TopologyLayout.hashExchange(TOPOLOGY.find(QUEUE).orElseThrow()),
        "steps.taken",
        message.getProps(),
        message.getBody());
  }
}
