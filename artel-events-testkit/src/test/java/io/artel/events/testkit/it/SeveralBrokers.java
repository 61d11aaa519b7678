package io.artel.events.testkit.it;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.CloseReport;
import io.artel.events.ConnectionStatus;
import io.artel.events.Event;
import io.artel.events.EventType;
import io.artel.events.FailurePolicy;
import io.artel.events.PermanentException;
import io.artel.events.PublishReceipt;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.BrokerGroup;
import io.artel.events.amqp.Subscription;
import io.artel.events.testkit.Broker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two brokers that know nothing of each other, used as one; the second can be killed. */
@Timeout(180)
abstract class SeveralBrokers {

  record Step(String name) {}

  static final EventType<Step> STEP = EventType.of("game.step", Step.class);
  static final EventType<Step> ECHO = EventType.of("echo.step", Step.class);

  static final Topology TOPOLOGY =
      Topology.on("game.events")
          .queue("game.queue", q -> q.bind("game.*"))
          .queue("echo.queue", q -> q.bind("echo.*"));

  private final List<ArtelEvents> connected = new ArrayList<>();

  /** A broker, 0 or 1, on a virtual host of the test's own. */
  abstract Broker member(int number);

  /** Ends the second one at once; what it confirmed stays. */
  abstract void kill();

  /** Starts the second one again. */
  abstract void startAgain();

  /** Ends what is the test's own. */
  abstract void endBrokers();

  @AfterEach
  void close() {
    connected.forEach(artel -> artel.close(ofSeconds(1)));
    endBrokers();
  }

  @Test
  void aSessionShouldGoToOneMemberInEveryProcess() {
    ArtelEvents artel = connect(settings -> settings);
    ArtelEvents other = connect(settings -> settings.brokers(group(1, 0)));
    Map<UUID, String> chosen = new ConcurrentHashMap<>();

    for (int round = 0; round < 5; round++) {
      for (int key = 0; key < 40; key++) {
        UUID session = new UUID(3, key);
        String broker = publish(round % 2 == 0 ? artel : other, session).broker();
        assertThat(chosen.computeIfAbsent(session, first -> broker)).isEqualTo(broker);
      }
    }

    assertThat(chosen.values()).containsOnly(name(0), name(1));
    assertThat(count(chosen, name(0))).isBetween(8L, 32L);
    assertThat(member(0).queue("game.queue").awaitReady((int) count(chosen, name(0)) * 5).ready())
        .isEqualTo((int) count(chosen, name(0)) * 5);
    member(1).queue("game.queue").awaitReady((int) count(chosen, name(1)) * 5);
  }

  private static long count(Map<UUID, String> chosen, String broker) {
    return chosen.values().stream().filter(broker::equals).count();
  }

  @Test
  void eventsWithoutASessionShouldGoToOneMemberAfterTheOther() {
    ArtelEvents artel = connect(settings -> settings);

    List<String> brokers =
        IntStream.range(0, 20).mapToObj(i -> publish(artel, null).broker()).toList();

    for (int i = 2; i < 20; i++) {
      assertThat(brokers.get(i)).isEqualTo(brokers.get(i - 2)).isNotEqualTo(brokers.get(i - 1));
    }
    member(0).queue("game.queue").awaitReady(10);
    member(1).queue("game.queue").awaitReady(10);
  }

  @Test
  void roundRobinShouldSpreadASessionToo() {
    ArtelEvents artel = connect(settings -> settings.brokers(group(0, 1).roundRobin()));
    await().atMost(60, SECONDS).until(artel::isHealthy);
    UUID session = UUID.randomUUID();

    List<String> brokers =
        IntStream.range(0, 4).mapToObj(i -> publish(artel, session).broker()).toList();

    assertThat(brokers).containsOnly(name(0), name(1));
    assertThat(brokers.get(0)).isEqualTo(brokers.get(2)).isNotEqualTo(brokers.get(1));
  }

  @Test
  void receiptsShouldNameTheMemberThatHasTheEvent() {
    ArtelEvents artel = connect(settings -> settings);
    Map<String, String> brokers = new ConcurrentHashMap<>();
    for (int i = 0; i < 30; i++) {
      Event<Step> event = step(new UUID(4, i % 7));
      brokers.put(event.id().toString(), artel.publisher().publish(event).broker());
    }

    for (int number = 0; number < 2; number++) {
      String name = name(number);
      Set<String> expected =
          brokers.keySet().stream()
              .filter(id -> name.equals(brokers.get(id)))
              .collect(Collectors.toSet());
      member(number).queue("game.queue").awaitReady(expected.size());
      assertThat(ids(number)).isEqualTo(expected);
    }
  }

  @Test
  void whatHandlersPublishShouldGoToTheMemberOfItsSession() {
    ArtelEvents artel = connect(settings -> settings);
    Queue<UUID> echoes = new ConcurrentLinkedQueue<>();
    subscribe(artel, new ConcurrentLinkedQueue<>());
    artel
        .subscribe("echo.queue")
        .on(ECHO, (event, context) -> echoes.add(Objects.requireNonNull(event.sessionId())))
        .start();

    Set<UUID> sessions = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      sessions.add(new UUID(5, i));
      publish(artel, new UUID(5, i));
    }

    await().atMost(30, SECONDS).until(() -> echoes.size() == 10);
    assertThat(echoes).containsExactlyInAnyOrderElementsOf(sessions);
  }

  @Test
  void aDeadLetterShouldStayOnItsMemberAndNameIt() {
    ArtelEvents artel = connect(settings -> settings);
    artel
        .subscribe("game.queue")
        .on(
            STEP,
            (event, context) -> {
              throw new PermanentException("for a test");
            })
        .start();
    UUID session = UUID.randomUUID();

    String broker = publish(artel, session).broker();

    int number = broker.equals(name(0)) ? 0 : 1;
    member(number).queue("game.dlq").awaitReady(1);
    assertThat(member(number).queue("game.dlq").messages().get(0).headers())
        .containsEntry("failed_broker", broker);
    assertThat(member(1 - number).queue("game.dlq").ready()).isZero();
  }

  @Test
  void aRetryShouldStayOnItsMember() {
    ArtelEvents artel = connect(settings -> settings);
    artel
        .subscribe("game.queue")
        .on(
            STEP,
            (event, context) -> {
              throw new IllegalStateException("for a test");
            })
        .onFailure(
            FailurePolicy.retry(IllegalStateException.class)
                .upTo(2)
                .backoff(ofMinutes(1), ofMinutes(1))
                .thenDeadLetter())
        .start();

    String broker = publish(artel, UUID.randomUUID()).broker();

    int number = broker.equals(name(0)) ? 0 : 1;
    member(number).queue("retry.game.queue.60000ms").awaitReady(1);
    assertThat(member(1 - number).queue("retry.game.queue.60000ms").ready()).isZero();
  }

  @Test
  void nothingConfirmedShouldBeLostWhenAMemberIsKilled() throws Exception {
    ArtelEvents artel = connect(settings -> settings.publishTimeout(ofSeconds(60)));
    Queue<UUID> handled = new ConcurrentLinkedQueue<>();
    Subscription subscription = subscribe(artel, handled);
    Map<UUID, CompletableFuture<PublishReceipt>> outcomes = new ConcurrentHashMap<>();
    AtomicBoolean enough = new AtomicBoolean();
    List<CompletableFuture<Void>> publishers = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int number = thread;
      publishers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !enough.get(); i++) {
                  Event<Step> event = step(i % 3 == 0 ? null : new UUID(number, i % 16));
                  outcomes.put(event.id(), async(artel, event));
                  artel.publisher().publish(step(new UUID(number, i % 16)));
                }
              }));
    }
    await().atMost(60, SECONDS).until(() -> handled.size() > 300);
    UUID second = sessionOf(artel, 1);

    kill();
    // All go on, and what was meant for the second member goes to the first.
    int before = outcomes.size();
    await().atMost(60, SECONDS).until(() -> outcomes.size() > before + 300);
    assertThat(publish(artel, second).broker()).isEqualTo(name(0));
    int during = outcomes.size();
    startAgain();
    await().atMost(90, SECONDS).until(() -> subscription.aliveConsumers() == 2);
    await().atMost(60, SECONDS).until(() -> outcomes.size() > during + 300);
    enough.set(true);
    for (CompletableFuture<Void> publisher : publishers) {
      publisher.get(60, SECONDS);
    }

    for (CompletableFuture<PublishReceipt> outcome : outcomes.values()) {
      outcome.get(60, SECONDS);
    }
    await().atMost(60, SECONDS).until(() -> new HashSet<>(handled).containsAll(outcomes.keySet()));
    for (int number = 0; number < 2; number++) {
      member(number).queue("game.queue").within(ofSeconds(60)).awaitDrained();
    }
    assertThat(publish(artel, second).broker()).isEqualTo(name(1));
  }

  @Test
  void aMemberThatWasAwayShouldBeJoinedWhenItIsBack() {
    kill();
    ArtelEvents artel = connect(settings -> settings);
    Queue<UUID> handled = new ConcurrentLinkedQueue<>();
    Subscription subscription = subscribe(artel, handled);

    assertThat(artel.isHealthy()).isFalse();
    assertThat(artel.brokers()).hasSize(1);
    assertThat(artel.connections().stream().filter(ConnectionStatus::isUp))
        .hasSize(3)
        .allSatisfy(status -> assertThat(status.name()).endsWith(" at " + name(0)));
    assertThat(subscription.expectedConsumers()).isEqualTo(2);
    assertThat(subscription.aliveConsumers()).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      assertThat(publish(artel, new UUID(6, i)).broker()).isEqualTo(name(0));
    }
    await().atMost(30, SECONDS).until(() -> handled.size() == 20);

    startAgain();

    await().atMost(60, SECONDS).until(() -> subscription.aliveConsumers() == 2);
    await().atMost(60, SECONDS).until(artel::isHealthy);
    assertThat(artel.brokers()).hasSize(2);
    Set<String> brokers = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      brokers.add(publish(artel, new UUID(6, i)).broker());
    }
    assertThat(brokers).containsExactlyInAnyOrder(name(0), name(1));
    await().atMost(30, SECONDS).until(() -> handled.size() == 40);
  }

  @Test
  void aSubscriptionThatWasStoppedShouldNotBeginOnAMemberThatReturns() {
    kill();
    ArtelEvents artel = connect(settings -> settings);
    subscribe(artel, new ConcurrentLinkedQueue<>()).close();

    startAgain();

    await().atMost(60, SECONDS).until(artel::isHealthy);
    publish(artel, sessionOf(artel, 1));
    member(1).queue("game.queue").awaitConsumers(0);
    assertThat(member(1).queue("game.queue").ready()).isPositive();
  }

  @Test
  void closingShouldReportAllEventsOfAllMembers() {
    ArtelEvents artel =
        connect(settings -> settings.brokers(group(0, 1).failOverAfter(ofSeconds(20))));
    UUID first = sessionOf(artel, 0);
    UUID second = sessionOf(artel, 1);
    kill();
    await().atMost(30, SECONDS).until(() -> !artel.isHealthy());
    List<CompletableFuture<PublishReceipt>> lost = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lost.add(async(artel, step(second)));
    }
    CompletableFuture<PublishReceipt> kept = async(artel, step(first));
    kept.orTimeout(30, SECONDS).join();

    CloseReport report = artel.close(ofMillis(300));

    assertThat(report.confirmed() + report.failed()).isZero();
    assertThat(report.unknown() + report.left()).isEqualTo(5);
    assertThat(lost).allSatisfy(each -> assertThat(each).isCompletedExceptionally());
  }

  // What tests are made of

  final BrokerGroup group(int... members) {
    return BrokerGroup.of(
            IntStream.of(members).mapToObj(each -> member(each).amqpUri()).toArray(String[]::new))
        .failOverAfter(ofMillis(300));
  }

  final String name(int member) {
    return group(0, 1).members().get(member);
  }

  final ArtelEvents connect(UnaryOperator<ArtelSettings.Builder> options) {
    ArtelEvents artel =
        ArtelEvents.connect(
            options
                .apply(
                    ArtelSettings.builder()
                        .name("tester")
                        .brokers(group(0, 1))
                        .topology(TOPOLOGY)
                        .reconnectBackoff(ofMillis(20), ofMillis(300)))
                .build());
    connected.add(artel);
    return artel;
  }

  /** Handles what is in the queue, and answers each event with another one. */
  final Subscription subscribe(ArtelEvents artel, Queue<UUID> handled) {
    return artel
        .subscribe("game.queue")
        .on(
            STEP,
            (event, context) -> {
              context.publish(ECHO, event.data());
              handled.add(event.id());
            })
        .start();
  }

  static Event<Step> step(@Nullable UUID session) {
    return STEP.event(new Step("a")).session(session).build("tester");
  }

  static PublishReceipt publish(ArtelEvents artel, @Nullable UUID session) {
    return artel.publisher().publish(step(session));
  }

  static CompletableFuture<PublishReceipt> async(ArtelEvents artel, Event<Step> event) {
    return artel.publisher().publishAsync(event).toCompletableFuture();
  }

  /** A session whose member this is; costs events until one is found. */
  final UUID sessionOf(ArtelEvents artel, int member) {
    for (int i = 0; i < 50; i++) {
      UUID session = UUID.randomUUID();
      if (publish(artel, session).broker().equals(name(member))) {
        return session;
      }
    }
    throw new AssertionError("no session of 50 goes to " + name(member));
  }

  final Set<String> ids(int member) {
    return member(member).queue("game.queue").messages().stream()
        .map(message -> String.valueOf(message.properties().get("message_id")))
        .collect(Collectors.toSet());
  }
}
