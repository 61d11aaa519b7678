package io.artel.events.testkit;

import io.artel.events.testkit.internal.junit.ArtelExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a broker of its own, and what stands on it, as parameters.
 *
 * <pre>{@code
 * @ArtelTest
 * class ScoresTest {
 *   static final Topology TOPOLOGY =
 *       Topology.on("artel.events").queue("game.service.queue", q -> q.bind("game.*"));
 *
 *   @Test
 *   void pottedBallUpdatesTheScore(
 *       ArtelEvents artel, EventPublisher publisher, FlowTracker flow) {
 *     new Scores().subscribe(artel);
 *
 *     publisher.publish(BALL_POTTED.event(new BallPotted(PLAYER, "red", 4)));
 *
 *     assertThat(flow).published(BALL_POTTED).then(SCORE_UPDATED).everythingHandled();
 *   }
 * }
 * }</pre>
 *
 * <p>Test methods, {@code @BeforeEach} and {@code @AfterEach} methods may take, in any order:
 *
 * <ul>
 *   <li>{@link Broker}, or {@link EmbeddedBroker} where a test uses what only that can do;
 *   <li>{@link BrokerClock}, the embedded broker's: it stands still when the test begins, so that
 *       nothing expires and no retry falls due until the test says so;
 *   <li>{@code ArtelEvents}, connected to the broker with the topology of the test class, its
 *       {@code static} field of type {@code Topology}, declared; a nested class uses that of the
 *       class around it unless it has its own;
 *   <li>{@code EventPublisher}, the one of that {@code ArtelEvents} named {@link #name()};
 *   <li>{@link FlowTracker}, which watches that {@code ArtelEvents}.
 * </ul>
 *
 * <p>A test that connects by itself gives its settings {@code broker.amqpUri()}, and the flow
 * tracker as observer. After each test the {@code ArtelEvents} is closed and the broker is gone; a
 * test that leaves a connection of its own open fails. A test that fails shows the timeline of its
 * flow.
 *
 * <p>The system property, or JUnit configuration parameter, {@value #BROKER} chooses the broker:
 * {@code embedded} (the default, the newest profile), {@code embedded:4.0} or another {@link
 * BrokerProfile}, a version of a real RabbitMQ such as {@code 4.3}, which {@link RabbitMq} finds or
 * starts and which gives each test a virtual host named after it, or {@code uri} for the broker
 * that the environment names. A test that takes an {@link EmbeddedBroker} or a {@link BrokerClock}
 * runs on the embedded one in any case.
 *
 * <p>Needs {@code org.junit.jupiter:junit-jupiter-api} on the class path.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ArtelExtension.class)
@SuppressWarnings("exports") // JUnit makes the extension; nobody else needs to see it
public @interface ArtelTest {

  /** The system property that chooses the broker. */
  String BROKER = "artel.test.broker";

  /**
   * The name of the {@code ArtelEvents} and so the source service of what its publisher publishes;
   * the simple name of the test class unless given.
   */
  String name() default "";
}
