package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The exchanges of one virtual host and their bindings. What is refused is thrown as {@link
 * AmqpException}, and then nothing has changed.
 */
public final class Exchanges {
  private static final String RESERVED = "amq.";

  private final Dialect dialect;
  private final String vhost;
  private final Predicate<String> queueExists;
  private final Map<String, Exchange> exchanges = new LinkedHashMap<>();
  private final Map<Destination, Set<Binding>> byDestination = new HashMap<>();

  /** Counts changes; what is remembered of earlier ones does not hold any more. */
  private long generation = 1;

  /**
   * The exchanges that each virtual host has from the start.
   *
   * @param queueExists whether there is a queue of a name; the default exchange routes to it
   */
  public Exchanges(Dialect dialect, String vhost, Predicate<String> queueExists) {
    this.dialect = dialect;
    this.vhost = vhost;
    this.queueExists = queueExists;
    create("", ExchangeType.DIRECT, false);
    create("amq.direct", ExchangeType.DIRECT, false);
    create("amq.fanout", ExchangeType.FANOUT, false);
    create("amq.headers", ExchangeType.HEADERS, false);
    create("amq.match", ExchangeType.HEADERS, false);
    if (dialect.since(Dialect.V4_3)) {
      create("amq.rabbitmq.log", ExchangeType.TOPIC, true);
    }
    create("amq.rabbitmq.trace", ExchangeType.TOPIC, true);
    create("amq.topic", ExchangeType.TOPIC, false);
  }

  private void create(String name, ExchangeType type, boolean internal) {
    create(
        new ExchangeDefinition(name, type.wireName(), true, false, internal, FieldTable.EMPTY),
        type);
  }

  private void create(ExchangeDefinition definition, ExchangeType type) {
    Exchange exchange = new Exchange(definition, type, shown(definition.name()), dialect);
    exchanges.put(definition.name(), exchange);
    generation++;
  }

  /** Creates an exchange, or checks that the one of that name is as asked for. */
  public void declare(
      String name,
      String type,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      FieldTable arguments) {
    ExchangeType known = ExchangeType.of(type, dialect);
    String stripped = notDefault(stripped(name));
    ExchangeDefinition asked =
        new ExchangeDefinition(stripped, type, durable, autoDelete, internal, arguments);
    Exchange exchange = exchanges.get(stripped);
    if (exchange != null) {
      exchange.checkEquivalent(asked, dialect);
      return;
    }
    if (stripped.startsWith(RESERVED)) {
      throw ReplyCode.ACCESS_REFUSED.error(
          "exchange name '%s' contains reserved prefix 'amq.*'".formatted(stripped));
    }
    create(asked, known);
  }

  /** Makes sure that an exchange exists, as a passive declaration does. */
  public void require(String name) {
    find(notDefault(stripped(name)));
  }

  /** Makes sure that clients may publish to an exchange. */
  public void requirePublishable(String name) {
    if (find(name).definition().internal()) {
      throw ReplyCode.ACCESS_REFUSED.error("cannot publish to internal " + shown(name));
    }
  }

  /** Whether there is an exchange of that name; the default one always exists. */
  public boolean exists(String name) {
    return exchanges.containsKey(name);
  }

  /** Deletes an exchange and its bindings; a missing one is no error. */
  public void delete(String name, boolean ifUnused) {
    String stripped = notDefault(stripped(name));
    if (stripped.startsWith(RESERVED)) {
      throw ReplyCode.ACCESS_REFUSED.error(
          "deletion of system " + shown(stripped) + " not allowed");
    }
    Exchange exchange = exchanges.get(stripped);
    if (exchange == null) {
      return;
    }
    if (ifUnused && !exchange.bindings().isEmpty()) {
      throw ReplyCode.PRECONDITION_FAILED.error(shown(stripped) + " in use");
    }
    delete(exchange);
  }

  /**
   * Binds, unless there is the same binding already.
   *
   * @param ownership called when all else is in order, to throw if the queue is another's
   */
  public void bind(
      String source,
      Destination destination,
      String routingKey,
      FieldTable arguments,
      Runnable ownership) {
    Binding binding = binding(source, destination, routingKey, arguments);
    Exchange exchange = find(binding.source());
    requireDestination(binding.destination());
    exchange.routing().checkBinding(routingKey, arguments);
    ownership.run();
    if (exchange.add(binding)) {
      byDestination
          .computeIfAbsent(binding.destination(), same -> new LinkedHashSet<>())
          .add(binding);
      generation++;
    }
  }

  /**
   * Removes a binding, and its source if that is auto-delete and has no other; a missing binding is
   * no error.
   *
   * @param ownership called if the binding is there, to throw if the queue is another's
   */
  public void unbind(
      String source,
      Destination destination,
      String routingKey,
      FieldTable arguments,
      Runnable ownership) {
    Binding binding = binding(source, destination, routingKey, arguments);
    Exchange exchange = exchanges.get(binding.source());
    if (exchange == null || !exchange.bindings().contains(binding)) {
      return;
    }
    ownership.run();
    remove(exchange, binding);
    if (isOver(exchange)) {
      delete(exchange);
    }
  }

  /** Removes the bindings of a queue that is gone, and auto-delete exchanges that lose the last. */
  public void queueDeleted(String queue) {
    removeBindingsOf(Destination.queue(queue));
  }

  /**
   * Does what a restart does, after queues have gone: transient exchanges go, and with them all
   * bindings that have no end any more. Nothing is deleted automatically because of that.
   */
  public void forgetTransient() {
    exchanges.values().removeIf(exchange -> !exchange.definition().durable());
    for (Binding binding : bindings()) {
      Exchange source = exchanges.get(binding.source());
      if (source != null && !exists(binding.destination())) {
        remove(source, binding);
      }
    }
    byDestination.values().forEach(set -> set.removeIf(binding -> !exists(binding.source())));
    byDestination.values().removeIf(Set::isEmpty);
    generation++;
  }

  /**
   * {@return the queues a message goes to, each once, sorted}
   *
   * @param exchange where it is published; an internal exchange is fine here
   */
  public List<String> route(String exchange, Message message) {
    if (exchange.isEmpty()) {
      return routeByDefault(message);
    }
    Exchange first = find(exchange);
    boolean hasCopies = Copies.possibleIn(message);
    if (!hasCopies) {
      List<String> known = first.routes().get(message.routingKey(), generation);
      if (known != null) {
        return known;
      }
    }
    Route route = new Route(exchanges::get);
    List<String> queues = route.follow(first, new Arrival(message, Copies.keys(message)));
    if (!hasCopies && route.dependedOnKeyAlone()) {
      first.routes().put(message.routingKey(), queues, generation);
    }
    return queues;
  }

  private List<String> routeByDefault(Message message) {
    if (!Copies.possibleIn(message)) {
      String key = message.routingKey();
      return queueExists.test(key) ? List.of(key) : List.of();
    }
    Set<String> queues = new TreeSet<>(Copies.keys(message));
    queues.removeIf(queueExists.negate());
    return List.copyOf(queues);
  }

  /** {@return the message as receivers may see it, without the header BCC} */
  public Message withoutBlindCopies(Message message) {
    return Copies.withoutBlind(message);
  }

  /** {@return all exchanges, the default one too} */
  public List<ExchangeDefinition> exchanges() {
    return exchanges.values().stream().map(Exchange::definition).toList();
  }

  /** {@return all bindings; that of each queue to the default exchange is not among them} */
  public List<Binding> bindings() {
    return exchanges.values().stream().flatMap(source -> source.bindings().stream()).toList();
  }

  private Binding binding(
      String source, Destination destination, String routingKey, FieldTable arguments) {
    String from = notDefault(stripped(source));
    Destination to = destination;
    if (to.isExchange()) {
      to = Destination.exchange(notDefault(stripped(to.name())));
    }
    return new Binding(from, to, routingKey, arguments);
  }

  private void requireDestination(Destination destination) {
    if (destination.isExchange()) {
      find(destination.name());
    } else if (!exists(destination)) {
      throw ReplyCode.NOT_FOUND.error(
          "no queue '%s' in vhost '%s'".formatted(destination.name(), vhost));
    }
  }

  private boolean exists(Destination destination) {
    return destination.isExchange()
        ? exists(destination.name())
        : queueExists.test(destination.name());
  }

  private Exchange find(String name) {
    Exchange exchange = exchanges.get(name);
    if (exchange == null) {
      throw ReplyCode.NOT_FOUND.error("no " + shown(name));
    }
    return exchange;
  }

  /** Deletes an exchange, and those that go with their last binding because of it. */
  private void delete(Exchange exchange) {
    exchanges.remove(exchange.name());
    List.copyOf(exchange.bindings()).forEach(binding -> remove(exchange, binding));
    removeBindingsOf(Destination.exchange(exchange.name()));
    generation++;
  }

  private void removeBindingsOf(Destination destination) {
    Deque<Destination> gone = new ArrayDeque<>();
    gone.add(destination);
    while (!gone.isEmpty()) {
      for (Exchange source : removeBindingsTo(gone.remove())) {
        if (isOver(source) && exchanges.remove(source.name(), source)) {
          gone.add(Destination.exchange(source.name()));
        }
      }
    }
  }

  /** Removes all bindings to a destination and returns the exchanges that they came from. */
  private Collection<Exchange> removeBindingsTo(Destination destination) {
    Set<Exchange> sources = new LinkedHashSet<>();
    for (Binding binding : List.copyOf(byDestination.getOrDefault(destination, Set.of()))) {
      Exchange source = find(binding.source());
      remove(source, binding);
      sources.add(source);
    }
    return sources;
  }

  private void remove(Exchange source, Binding binding) {
    if (source.remove(binding)) {
      generation++;
    }
    byDestination.computeIfPresent(
        binding.destination(),
        (same, bindings) -> bindings.remove(binding) && bindings.isEmpty() ? null : bindings);
  }

  private static boolean isOver(Exchange exchange) {
    return exchange.definition().autoDelete() && exchange.bindings().isEmpty();
  }

  private String notDefault(String name) {
    if (name.isEmpty()) {
      throw ReplyCode.ACCESS_REFUSED.error("operation not permitted on the default exchange");
    }
    return name;
  }

  /** Line ends in names are ignored where exchanges are declared, deleted and bound. */
  private static String stripped(String name) {
    return name.indexOf('\n') < 0 && name.indexOf('\r') < 0
        ? name
        : name.replace("\n", "").replace("\r", "");
  }

  private String shown(String name) {
    return "exchange '" + name + "' in vhost '" + vhost + "'";
  }
}
