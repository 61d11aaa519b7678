package io.artel.events.testkit;

import static io.artel.events.testkit.ArtelAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.EventPublisher;
import io.artel.events.EventType;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs small test classes as a user's build does, and looks at what became of them. */
class ArtelTestTest {

  record Order(int amount) {}

  static final EventType<Order> PLACED = EventType.of("order.placed", Order.class);

  /** What the small test classes have seen. */
  private static final List<Object> SEEN = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @ArtelTest
  static class EachTestHasABrokerOfItsOwn {
    static final Topology TOPOLOGY =
        Topology.on("shop.events").queue("orders.queue", q -> q.bind("order.*"));

    @RepeatedTest(3)
    void publish(Broker broker, EventPublisher publisher) {
      assertThat(broker.queue("orders.queue")).hasMessages(0);
      publisher.publish(PLACED.event(new Order(1)));
      assertThat(broker.queue("orders.queue")).hasMessages(1);
      SEEN.add(broker);
    }
  }

  @Test
  void eachTestShouldHaveABrokerOfItsOwn() {
    assertThat(run(EachTestHasABrokerOfItsOwn.class)).isEmpty();
    assertThat(SEEN).hasSize(3).doesNotHaveDuplicates();
  }

  @ArtelTest
  static class AllParametersBelongTogether {
    static final Topology TOPOLOGY =
        Topology.on("shop.events").queue("orders.queue", q -> q.bind("order.*"));

    private ArtelEvents artelBefore;

    @BeforeEach
    void before(ArtelEvents artel) {
      artelBefore = artel;
    }

    @Test
    void take(
        Broker broker,
        EmbeddedBroker embedded,
        BrokerClock clock,
        ArtelEvents artel,
        EventPublisher publisher,
        FlowTracker flow) {
      assertThat(artel).isSameAs(artelBefore);
      assertThat(broker).isSameAs(embedded);
      assertThat(artel.settings().observer()).isSameAs(flow);
      assertThat(publisher.name()).isEqualTo("AllParametersBelongTogether");
      assertThat(clock.now()).isEqualTo(embedded.clock().now());
      SEEN.add(artel);
    }

    @AfterEach
    void after(ArtelEvents artel) {
      assertThat(artel).isSameAs(artelBefore);
    }
  }

  @Test
  void allParametersShouldBelongTogether() {
    assertThat(run(AllParametersBelongTogether.class)).isEmpty();
    assertThat(SEEN).hasSize(1);
  }

  @Test
  void everythingShouldBeGoneAfterTheTest() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    assertThat(run(AllParametersBelongTogether.class)).isEmpty();

    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(
                        name ->
                            name.contains("artel")
                                || name.contains("AMQP")
                                || name.contains("AllParameters")));
  }

  @ArtelTest
  static class TheClockStandsStill {
    @Test
    void look(BrokerClock clock) {
      var before = clock.now();
      long start = System.nanoTime();
      while (System.nanoTime() - start < 2_000_000) {
        Thread.onSpinWait();
      }
      assertThat(clock.now()).isEqualTo(before);
      SEEN.add(clock);
    }
  }

  @Test
  void theClockShouldStandStill() {
    assertThat(run(TheClockStandsStill.class)).isEmpty();
    assertThat(SEEN).hasSize(1);
  }

  static class OneMethodOnly {
    static final Topology TOPOLOGY = Topology.on("shop.events");

    @Test
    @ArtelTest(name = "shop_service")
    void take(EventPublisher publisher) {
      SEEN.add(publisher.name());
    }
  }

  @Test
  void aSingleMethodShouldDo() {
    assertThat(run(OneMethodOnly.class)).isEmpty();
    assertThat(SEEN).containsExactly("shop_service");
  }

  @ArtelTest(name = "outer")
  static class WithNested {
    static final Topology TOPOLOGY =
        Topology.on("shop.events").queue("orders.queue", q -> q.bind("order.*"));

    @Nested
    class Inner {
      @Test
      void take(EventPublisher publisher, Broker broker) {
        assertThat(broker.queue("orders.queue")).exists();
        SEEN.add(publisher.name());
      }
    }

    @Nested
    class WithTopologyOfItsOwn {
      static final Topology OTHER =
          Topology.on("shop.events").queue("other.queue", q -> q.bind("order.*"));

      @Test
      void take(EventPublisher publisher, Broker broker) {
        assertThat(broker.queue("other.queue")).exists();
        assertThat(broker.queue("orders.queue")).doesNotExist();
        SEEN.add(publisher.name());
      }
    }
  }

  @Test
  void aNestedClassShouldHaveTheTopologyAroundItUnlessItHasItsOwn() {
    assertThat(run(WithNested.class)).isEmpty();
    assertThat(SEEN).containsExactly("outer", "outer");
  }

  @ArtelTest
  static class LeavesAConnection {
    @Test
    void connect(Broker broker) throws Exception {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(broker.amqpUri());
      SEEN.add(factory.newConnection("forgotten"));
    }
  }

  @Test
  void aTestThatLeavesAConnectionOpenShouldFail() {
    assertThat(run(LeavesAConnection.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("The test has left connections open: forgotten."));
    assertThat((Connection) SEEN.get(0)).isNotNull();
  }

  @ArtelTest
  static class ConnectsByItself {
    @Test
    void connect(Broker broker) {
      Topology topology = Topology.on("shop.events").queue("orders.queue", q -> q.bind("order.*"));
      try (ArtelEvents artel = ArtelEvents.connect(broker.amqpUri(), topology)) {
        artel.publisher().publish(PLACED.event(new Order(1)));
        assertThat(broker.queue("orders.queue")).containsEvents(PLACED);
        SEEN.add(broker);
      }
    }
  }

  @Test
  void aTestShouldBeAbleToConnectByItself() {
    assertThat(run(ConnectsByItself.class)).isEmpty();
    assertThat(SEEN).hasSize(1);
  }

  @ArtelTest
  static class Fails {
    static final Topology TOPOLOGY =
        Topology.on("shop.events").queue("orders.queue", q -> q.bind("order.*"));

    @Test
    void onItsOwnAssertion(EventPublisher publisher, FlowTracker flow) {
      publisher.publish(PLACED.event(new Order(4711)));
      assertThat(flow.published(PLACED)).isEmpty();
    }

    @Test
    void onTheFlow(EventPublisher publisher, FlowTracker flow) {
      publisher.publish(PLACED.event(new Order(4711)));
      assertThat(flow).neverPublished(PLACED);
    }
  }

  @Test
  void aFailureShouldShowTheTimelineOnce() {
    assertThat(run(Fails.class))
        .hasSize(2)
        .allSatisfy(
            failure ->
                assertThat(stackTrace(failure))
                    .containsOnlyOnce("Timeline (ms):")
                    .contains("confirmed      order.placed#1")
                    .doesNotContain("4711"));
  }

  @ArtelTest
  static class HasNoTopology {
    @Test
    void take(ArtelEvents artel) {
      SEEN.add(artel);
    }
  }

  @ArtelTest
  static class HasTwoTopologies {
    static final Topology ONE = Topology.on("one.events");
    static final Topology OTHER = Topology.on("other.events");

    @Test
    void take(ArtelEvents artel) {
      SEEN.add(artel);
    }
  }

  @Test
  void itShouldBeSaidWhatTopologyIsMissing() {
    assertThat(run(HasNoTopology.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasStackTraceContaining(
                        "HasNoTopology has no topology to connect with: give it a field 'static"
                            + " final Topology TOPOLOGY = …', or take the Broker and connect by"
                            + " yourself."));
    assertThat(run(HasTwoTopologies.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasStackTraceContaining(
                        "HasTwoTopologies has several static fields of type Topology, [ONE, OTHER]:"
                            + " keep one"));
    assertThat(SEEN).isEmpty();
  }

  @ArtelTest
  static class TakesTooEarly {
    @BeforeAll
    static void before(Broker broker) {
      SEEN.add(broker);
    }

    @Test
    void nothing() {}
  }

  @ArtelTest
  static class TakesInTheConstructor {
    TakesInTheConstructor(Broker broker) {
      SEEN.add(broker);
    }

    @Test
    void nothing() {}
  }

  @Test
  void whatIsTakenTooEarlyShouldBeRefusedInASentence() {
    for (Class<?> test : List.of(TakesTooEarly.class, TakesInTheConstructor.class)) {
      assertThat(run(test))
          .singleElement()
          .satisfies(
              failure ->
                  assertThat(failure)
                      .hasMessageContaining(
                          "Each test has a Broker of its own: take it in the test method or in a"
                              + " @BeforeEach method"));
    }
    assertThat(SEEN).isEmpty();
  }

  @ArtelTest
  static class TellsTheVersion {
    @Test
    void look(Broker broker) {
      SEEN.add(broker.version().substring(0, 3));
    }
  }

  @Test
  void thePropertyShouldChooseTheProfile() {
    assertThat(run(TellsTheVersion.class)).isEmpty();
    assertThat(run(TellsTheVersion.class, "embedded:4.0")).isEmpty();
    assertThat(SEEN).containsExactly("4.3", "4.0");
    assertThat(run(TellsTheVersion.class, "embedded:2.8"))
        .singleElement()
        .satisfies(
            failure -> assertThat(failure).hasStackTraceContaining("There is no profile '2.8'"));
  }

  @Test
  void aTestThatTakesTheClockShouldRunOnTheEmbeddedBrokerInAnyCase() {
    assertThat(run(TheClockStandsStill.class, "0.1")).isEmpty();
    assertThat(SEEN).hasSize(1);
    assertThat(run(TellsTheVersion.class, "0.1"))
        .singleElement()
        .satisfies(
            failure -> assertThat(failure).hasStackTraceContaining("RabbitMQ 0.1 is not on this"));
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static List<Throwable> run(Class<?> test) {
    return run(test, "embedded");
  }

  /** Runs a test class and returns its failures; at least one test must have been found. */
  private static List<Throwable> run(Class<?> test, String broker) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(test))
            .configurationParameter(ArtelTest.BROKER, broker)
            .build();
    List<Throwable> failures = new ArrayList<>();
    Set<String> found = Collections.newSetFromMap(new TreeMap<>());
    Launcher launcher = LauncherFactory.create();
    launcher.execute(
        request,
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            found.add(identifier.getDisplayName());
            result.getThrowable().ifPresent(failures::add);
          }
        });
    assertThat(found).as("what ran of " + test).hasSizeGreaterThan(1);
    return failures;
  }
}
