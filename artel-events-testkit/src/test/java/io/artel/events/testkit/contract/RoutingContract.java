package io.artel.events.testkit.contract;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.Return;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the contracts about routing share: queues to route to, and a look at what they got. */
abstract class RoutingContract extends Contract {
  static final BasicProperties NO_PROPERTIES = new BasicProperties();
  static final BasicProperties PERSISTENT = new BasicProperties.Builder().deliveryMode(2).build();

  RoutingContract(ContractBroker broker) {
    super(broker);
  }

  /** Declares a queue for this connection only. */
  final String queue(Channel channel) throws IOException {
    return queue(channel, Map.of());
  }

  /** Declares a queue with these arguments, for this connection only. */
  final String queue(Channel channel, Map<String, Object> arguments) throws IOException {
    String queue = name("queue");
    channel.queueDeclare(queue, false, true, false, arguments);
    return queue;
  }

  final String exchange(Channel channel, String type) throws IOException {
    return exchange(channel, type, Map.of());
  }

  final String exchange(Channel channel, String type, Map<String, Object> arguments)
      throws IOException {
    String exchange = name(type);
    channel.exchangeDeclare(exchange, type, false, false, arguments);
    return exchange;
  }

  /** Publishes each key as the body of a message of its own, and waits until all are confirmed. */
  static void publish(Channel confirming, String exchange, String... keys) throws Exception {
    for (String key : keys) {
      confirming.basicPublish(exchange, key, NO_PROPERTIES, bytes(key));
    }
    confirming.waitForConfirmsOrDie(SECONDS * 1000);
  }

  /** Publishes the text as mandatory, and {@return whether it came back} */
  static boolean returned(Channel confirming, String exchange, String key, BasicProperties with)
      throws Exception {
    Queue<Return> returns = new ConcurrentLinkedQueue<>();
    confirming.addReturnListener(returns::add);
    confirming.basicPublish(exchange, key, true, with, bytes(key));
    confirming.waitForConfirmsOrDie(SECONDS * 1000);
    confirming.clearReturnListeners();
    return !returns.isEmpty();
  }

  /** Takes everything out of a queue and {@return the bodies} */
  static List<String> drain(Channel channel, String queue) throws IOException {
    List<String> bodies = new ArrayList<>();
    for (GetResponse next = channel.basicGet(queue, true);
        next != null;
        next = channel.basicGet(queue, true)) {
      bodies.add(text(next.getBody()));
    }
    return bodies;
  }

  /** {@return the close for a queue that does not exist} */
  static Close noQueue(String queue, int classId, int methodId) {
    return Close.channel(
        404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", classId, methodId);
  }

  /** {@return the close for an exchange that does not exist} */
  static Close noExchange(String exchange, int classId, int methodId) {
    return Close.channel(
        404, "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'", classId, methodId);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
