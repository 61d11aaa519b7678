package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;

/**
 * What the contracts about consuming share: queues of both types, confirmed publishing, reading
 * with a limit on the wait. That nothing more is delivered is told by the number of ready messages,
 * never by waiting for a while.
 */
abstract class DeliveryContract extends Contract {
  static final String CLASSIC = "classic";
  static final String QUORUM = "quorum";
  static final List<String> TYPES = List.of(CLASSIC, QUORUM);

  DeliveryContract(ContractBroker broker) {
    super(broker);
  }

  /** A test's expectation of one type of queue. */
  interface OfType {
    void check(String type) throws Exception;
  }

  /** Checks an expectation of classic queues, then of quorum queues. */
  static void onBothTypes(OfType expectation) throws Exception {
    for (String type : TYPES) {
      try {
        expectation.check(type);
      } catch (AssertionError | ConditionTimeoutException e) {
        throw new AssertionError("on a " + type + " queue: " + e.getMessage(), e);
      }
    }
  }

  final String classic() throws Exception {
    return queue(CLASSIC, Map.of());
  }

  final String classic(Map<String, Object> arguments) throws Exception {
    return queue(CLASSIC, arguments);
  }

  final String quorum() throws Exception {
    return queue(QUORUM, Map.of());
  }

  final String quorum(Map<String, Object> arguments) throws Exception {
    return queue(QUORUM, arguments);
  }

  final String queue(String type) throws Exception {
    return queue(type, Map.of());
  }

  /** Declares a durable queue with these arguments, and {@return its name}. */
  final String queue(String type, Map<String, Object> arguments) throws Exception {
    String queue = name("q");
    declare(queue, type, arguments);
    return queue;
  }

  final void declare(String queue, String type, Map<String, Object> arguments) throws Exception {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put("x-queue-type", type);
    Channel channel = channel();
    channel.queueDeclare(queue, true, false, false, all);
    channel.close();
  }

  /** Publishes through the default exchange and waits for the confirms. */
  final void publish(String queue, String... bodies) throws Exception {
    Channel channel = confirming();
    for (String body : bodies) {
      channel.basicPublish("", queue, null, bytes(body));
    }
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    channel.close();
  }

  /** Publishes one message through the default exchange and waits for its confirm. */
  final void publish(String queue, BasicProperties properties, String body) throws Exception {
    publish("", queue, properties, body);
  }

  final void publish(String exchange, String key, BasicProperties properties, String body)
      throws Exception {
    Channel channel = confirming();
    channel.basicPublish(exchange, key, properties, bytes(body));
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    channel.close();
  }

  /** Starts a consumer with manual acks. */
  static DeliveryTape consume(Channel channel, String queue) throws IOException {
    return consume(channel, queue, Map.of());
  }

  /** Starts a consumer with manual acks and these arguments. */
  static DeliveryTape consume(Channel channel, String queue, Map<String, Object> arguments)
      throws IOException {
    DeliveryTape tape = new DeliveryTape(channel);
    tape.startedAs(channel.basicConsume(queue, false, arguments, tape));
    return tape;
  }

  /** {@return how many messages are ready, as a passive declare tells} */
  final long ready(String queue) throws Exception {
    Channel channel = channel();
    long count = channel.queueDeclarePassive(queue).getMessageCount();
    channel.close();
    return count;
  }

  final void awaitReady(String queue, long count) {
    eventually(() -> assertThat(ready(queue)).as("ready in " + queue).isEqualTo(count));
  }

  static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(SECONDS))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(assertion);
  }

  /** Gets the next message, waiting until there is one, and acks it. */
  final GetResponse next(String queue) throws Exception {
    Channel channel = channel();
    GetResponse response = next(channel, queue);
    channel.basicAck(response.getEnvelope().getDeliveryTag(), false);
    channel.close();
    return response;
  }

  /** Gets the next message on this channel, waiting until there is one, and leaves it unacked. */
  static GetResponse next(Channel channel, String queue) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(SECONDS))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> channel.basicGet(queue, false), response -> response != null);
  }

  /** Waits until this many messages are ready, takes them all and {@return their bodies}. */
  final List<String> drain(String queue, int count) throws Exception {
    awaitReady(queue, count);
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(body(next(queue)));
    }
    return bodies;
  }

  /** Rejects the next message without requeue. */
  final void reject(String queue) throws Exception {
    Channel channel = channel();
    channel.basicReject(next(channel, queue).getEnvelope().getDeliveryTag(), false);
    channel.close();
  }

  /** {@return the arguments for dead-lettering to this queue} */
  static Map<String, Object> to(String deadLetterQueue) {
    return Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", deadLetterQueue);
  }

  /** {@return the arguments for dead-lettering to this queue, and one more} */
  static Map<String, Object> to(String deadLetterQueue, String argument, Object value) {
    return with(to(deadLetterQueue), argument, value);
  }

  /** {@return these arguments and one more} */
  static Map<String, Object> with(Map<String, Object> arguments, String argument, Object value) {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put(argument, value);
    return all;
  }

  /** {@return the entries of {@code x-death}, each with texts and lists of texts as such} */
  static List<Map<String, Object>> deaths(GetResponse letter) {
    List<Map<String, Object>> deaths = new ArrayList<>();
    for (Object entry : (List<?>) headers(letter.getProps()).get("x-death")) {
      Map<String, Object> death = new TreeMap<>();
      ((Map<?, ?>) entry).forEach((name, value) -> death.put(name.toString(), plain(value)));
      deaths.add(death);
    }
    return deaths;
  }

  private static Object plain(Object value) {
    if (value instanceof LongString) {
      return value.toString();
    }
    if (value instanceof List<?> values) {
      return values.stream().map(DeliveryContract::plain).toList();
    }
    return value;
  }

  static Map<String, Object> headers(BasicProperties properties) {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    return headers;
  }

  static BasicProperties.Builder properties() {
    return new BasicProperties.Builder();
  }

  static String body(GetResponse response) {
    return new String(response.getBody(), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
