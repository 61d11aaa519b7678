package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Channel;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A declaration that bends to the broker: it takes over, one by one, what the broker has instead of
 * ours, so that the next attempt shows the next difference.
 */
abstract class Declaration {

  private final String subject;
  private final Map<String, Object> declared;

  /** What is declared next: an argument of ours, or what the broker has instead. */
  final Map<String, Object> arguments;

  final Map<String, Object> properties = new HashMap<>();

  private boolean bent;

  Declaration(String subject, Map<String, Object> arguments) {
    this.subject = subject;
    this.arguments = new LinkedHashMap<>(arguments);
    this.declared = new HashMap<>(arguments);
  }

  /** A property that every such object has, such as being durable. */
  final void property(String name, Object value) {
    properties.put(name, value);
    declared.put(name, value);
  }

  /** Declares; once bent, only if the object is still there, since it would make another one. */
  final void attempt(Channel channel) throws IOException {
    if (bent) {
      look(channel);
    }
    declare(channel);
  }

  abstract void look(Channel channel) throws IOException;

  abstract void declare(Channel channel) throws IOException;

  String subject() {
    return subject;
  }

  /** What the topology says of an argument or a property. */
  @Nullable Object value(String argument) {
    return declared.get(argument);
  }

  /**
   * Takes over what the broker has.
   *
   * @return whether another attempt makes sense
   */
  boolean accept(BrokerReply.Inequivalence difference) {
    bent = true;
    Object current = difference.current();
    if (properties.containsKey(difference.argument())) {
      boolean comparable = current instanceof Boolean;
      if (comparable) {
        properties.put(difference.argument(), current);
      }
      return comparable;
    }
    if (current == null) {
      arguments.remove(difference.argument());
    } else {
      arguments.put(difference.argument(), current);
    }
    return true;
  }

  final boolean is(String property) {
    return Boolean.TRUE.equals(properties.get(property));
  }

  /** A queue's declaration. */
  static final class OfQueue extends Declaration {
    private final String name;

    OfQueue(Queue queue) {
      super(Explanation.subject(queue), queue.arguments());
      name = queue.name();
      property("durable", true);
      property("auto_delete", queue.autoDelete());
    }

    @Override
    void look(Channel channel) throws IOException {
      channel.queueDeclarePassive(name);
    }

    @Override
    void declare(Channel channel) throws IOException {
      channel.queueDeclare(name, is("durable"), false, is("auto_delete"), arguments);
    }
  }

  /** An exchange's declaration. Its type stays ours: the broker's may be of a missing plugin. */
  static final class OfExchange extends Declaration {
    private final String name;
    private final String type;

    OfExchange(Exchange exchange) {
      super(Explanation.subject(exchange), exchange.arguments());
      name = exchange.name();
      type = exchange.type();
      property("durable", true);
      property("auto_delete", false);
      property("internal", false);
      property("type", type);
    }

    @Override
    void look(Channel channel) throws IOException {
      channel.exchangeDeclarePassive(name);
    }

    @Override
    void declare(Channel channel) throws IOException {
      channel.exchangeDeclare(
          name, type, is("durable"), is("auto_delete"), is("internal"), arguments);
    }
  }
}
