package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import io.artel.events.TopologyLayout.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a layout against a broker over AMQP alone, changing nothing.
 *
 * <ol>
 *   <li>Whether something is there: declare it passively.
 *   <li>Whether it is the same: declare it in full, only if it is there. The broker names one
 *       differing argument; with its value in place of ours the next attempt names the next.
 *   <li>Whether we may make it: declare it with an argument that no broker takes. Permissions are
 *       checked before arguments, so the complaint tells; and removing a binding that cannot exist
 *       is checked like making it.
 *   <li>Whether there is a consistent-hash exchange: RabbitMQ 3.x may close the connection over an
 *       unknown type, so that is asked on another one there.
 * </ol>
 *
 * <p>If somebody deletes a queue between the first two, the second makes it again.
 *
 * <p>Mostly all is there and the same, or all is missing and may be made. So that is asked first,
 * of everything without waiting; what is otherwise is then looked at one by one.
 */
final class Inspector {

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  /** Of one object, so many differences at most are found. */
  private static final int MAX_DIFFERENCES = 16;

  /** No broker takes these: a negative time, and a name that is a number. */
  private static final Map<String, Object> IMPOSSIBLE_FOR_QUEUES = Map.of("x-message-ttl", -1);

  private static final Map<String, Object> IMPOSSIBLE_FOR_EXCHANGES =
      Map.of("alternate-exchange", 1);

  private final Attempts attempts;
  private final boolean consistentHash;
  private final Inspection inspection = new Inspection();

  /** What was found to be there and the same. */
  private final Set<Step> same = new HashSet<>();

  /** What was found to be missing, with the answer to the declaration that no broker takes. */
  private final Map<Step, Optional<BrokerReply>> rehearsed = new HashMap<>();

  private Inspector(Attempts attempts, boolean consistentHash) {
    this.attempts = attempts;
    this.consistentHash = consistentHash;
  }

  /**
   * Looks at everything in a layout.
   *
   * @param consistentHash whether the broker has exchanges of that type
   * @throws IOException if the connection is lost
   */
  static Inspection inspect(Connection connection, TopologyLayout layout, boolean consistentHash)
      throws IOException {
    try (Attempts attempts = new Attempts(connection)) {
      Inspector inspector = new Inspector(attempts, consistentHash);
      inspector.foresee(layout);
      for (Exchange exchange : layout.exchanges()) {
        inspector.look(exchange);
      }
      for (Queue queue : layout.queues()) {
        inspector.look(queue);
      }
      inspector.rehearse(layout.bindings());
      return inspector.inspection;
    }
  }

  /** Whether a layout needs exchanges of the type that a plugin brings. */
  static boolean needsConsistentHash(TopologyLayout layout) {
    return layout.exchanges().stream().anyMatch(Inspector::isConsistentHash);
  }

  /**
   * Whether the broker has exchanges of that type. The default exchange cannot be declared, but its
   * type is looked at first.
   */
  static boolean hasConsistentHash(Connection connection, ConnectionSupplier throwAway)
      throws IOException {
    if (mayCloseOverUnknownType(connection)) {
      return hasConsistentHash(throwAway);
    }
    try (Attempts attempts = new Attempts(connection)) {
      BrokerReply reply = attempts.attempt(Inspector::declareConsistentHash);
      return reply == null || !reply.unknownExchangeType();
    }
  }

  private static boolean hasConsistentHash(ConnectionSupplier throwAway) throws IOException {
    Connection connection = throwAway.open();
    try {
      declareConsistentHash(connection.createChannel());
      return true;
    } catch (IOException | ShutdownSignalException e) {
      BrokerReply reply = BrokerReply.of(e);
      if (reply == null) {
        throw new IOException("the connection is lost", e);
      }
      return !reply.unknownExchangeType();
    } finally {
      // One that the broker closes is closing by itself; to abort it as well would be an error.
      if (connection.isOpen()) {
        connection.abort(CLOSE_TIMEOUT_MILLIS);
      }
    }
  }

  private static void declareConsistentHash(Channel channel) throws IOException {
    channel.exchangeDeclare("", Explanation.CONSISTENT_HASH, true);
  }

  /** RabbitMQ 3.x does, some releases only; 4.x closes the channel. */
  private static boolean mayCloseOverUnknownType(Connection connection) {
    String version = String.valueOf(connection.getServerProperties().get("version"));
    return !version.matches("([4-9]|\\d{2,})\\..*");
  }

  /**
   * Asks about everything without waiting. What the first queue of the topology's own is, the rest
   * is expected to be. Where an answer does not tell, one looks later as if nothing was expected.
   */
  private void foresee(TopologyLayout layout) throws IOException {
    List<Queue> queues = layout.queues().stream().filter(queue -> !queue.passive()).toList();
    Optional<Queue> own =
        queues.stream().filter(queue -> queue.role() != TopologyLayout.Role.UNROUTED).findFirst();
    if (own.isEmpty()) {
      return;
    }
    BrokerReply first = ask(passive(own.get()));
    List<Step> ours = new ArrayList<>(queues);
    layout.exchanges().stream().filter(this::usable).forEach(ours::add);
    if (first == null) {
      List<Step> there = new ArrayList<>();
      askAll(ours, Inspector::passive)
          .forEach(
              (step, reply) -> {
                if (reply.isEmpty()) {
                  there.add(step);
                }
              });
      askAll(there, Inspector::whole)
          .forEach(
              (step, reply) -> {
                if (reply.isEmpty()) {
                  same.add(step);
                }
              });
    } else if (first.code() == BrokerReply.NOT_FOUND) {
      askAll(ours, Inspector::impossible)
          .forEach(
              (step, reply) -> {
                if (reply.isEmpty() || namesTheImpossible(reply.get())) {
                  rehearsed.put(step, reply);
                }
              });
    }
  }

  private void look(Exchange exchange) throws IOException {
    if (foreseen(exchange)) {
      return;
    }
    String subject = Explanation.subject(exchange);
    boolean usable = usable(exchange);
    if (!usable) {
      inspection.refuse(subject, Explanation.NO_PLUGIN);
    }
    BrokerReply reply = ask(passive(exchange));
    if (reply == null) {
      if (usable) {
        compare(new Declaration.OfExchange(exchange));
      }
    } else if (reply.code() == BrokerReply.NOT_FOUND) {
      inspection.missing.add(exchange);
      if (usable) {
        expectInvalidArgument(subject, ask(impossible(exchange)));
      }
    } else {
      inspection.refuse(subject, Explanation.of(reply));
    }
  }

  private void look(Queue queue) throws IOException {
    if (foreseen(queue)) {
      return;
    }
    String subject = Explanation.subject(queue);
    BrokerReply reply = ask(passive(queue));
    if (reply == null) {
      if (!queue.passive()) {
        compare(new Declaration.OfQueue(queue));
      }
    } else if (reply.code() != BrokerReply.NOT_FOUND) {
      inspection.refuse(subject, Explanation.of(reply));
    } else if (queue.passive()) {
      inspection.refuse(subject, Explanation.NOT_THERE);
    } else {
      inspection.missing.add(queue);
      expectInvalidArgument(subject, ask(impossible(queue)));
    }
  }

  private boolean foreseen(Step step) {
    Optional<BrokerReply> rehearsal = rehearsed.get(step);
    if (rehearsal != null) {
      inspection.missing.add(step);
      expectInvalidArgument(Explanation.subject(step), rehearsal.orElse(null));
    }
    return rehearsal != null || same.contains(step);
  }

  /** The bindings of what is there are left alone: they may be a ring that is in use. */
  private void rehearse(List<Binding> bindings) throws IOException {
    Map<List<Object>, Binding> distinct = new LinkedHashMap<>();
    bindings.stream()
        .filter(inspection::endMissing)
        .forEach(
            binding ->
                distinct.putIfAbsent(
                    List.of(binding.exchange(), binding.destination(), binding.toExchange()),
                    binding));
    askAll(List.copyOf(distinct.values()), Inspector::unbind)
        .forEach(
            (binding, reply) ->
                reply
                    .filter(why -> why.code() == BrokerReply.ACCESS_REFUSED)
                    .ifPresent(
                        why ->
                            inspection.refuse(Explanation.subject(binding), Explanation.of(why))));
  }

  private void expectInvalidArgument(String subject, @Nullable BrokerReply reply) {
    if (reply == null) {
      inspection.refuse(
          subject,
          "the broker took a declaration that it should refuse, and made it: delete it by hand;"
              + " is it RabbitMQ?");
    } else if (!namesTheImpossible(reply)) {
      inspection.refuse(subject, Explanation.of(reply));
    }
  }

  private static boolean namesTheImpossible(BrokerReply reply) {
    return reply
        .invalidArgument()
        .filter(
            argument ->
                IMPOSSIBLE_FOR_QUEUES.containsKey(argument)
                    || IMPOSSIBLE_FOR_EXCHANGES.containsKey(argument))
        .isPresent();
  }

  private void compare(Declaration declaration) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < MAX_DIFFERENCES; i++) {
      BrokerReply reply = attempts.attempt(declaration::attempt);
      if (reply == null) {
        return;
      }
      BrokerReply.Inequivalence difference = reply.inequivalence(declaration::value).orElse(null);
      if (difference == null || !seen.add(difference.argument())) {
        if (difference == null) {
          inspection.refuse(declaration.subject(), Explanation.of(reply));
        }
        return;
      }
      inspection.differences.add(
          difference.known()
              ? Difference.of(
                  declaration.subject(),
                  difference.argument(),
                  difference.current(),
                  declaration.value(difference.argument()))
              : new Difference(
                  declaration.subject(),
                  difference.argument(),
                  "another (RabbitMQ's text is too long to tell)",
                  Difference.text(declaration.value(difference.argument()))));
      if (!difference.known() || !declaration.accept(difference)) {
        return;
      }
    }
  }

  private boolean usable(Exchange exchange) {
    return consistentHash || !isConsistentHash(exchange);
  }

  private static boolean isConsistentHash(Exchange exchange) {
    return exchange.type().equals(Explanation.CONSISTENT_HASH);
  }

  private @Nullable BrokerReply ask(Method method) throws IOException {
    return attempts.attempt(channel -> channel.rpc(method));
  }

  /** Asks about each, and gives the answers in the same order. */
  private <S extends Step> Map<S, Optional<BrokerReply>> askAll(
      List<S> steps, Function<? super S, Method> question) throws IOException {
    List<Optional<BrokerReply>> replies =
        attempts.attemptAll(steps.stream().map(question).toList());
    Map<S, Optional<BrokerReply>> byStep = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      byStep.put(steps.get(i), replies.get(i));
    }
    return byStep;
  }

  private static Method passive(Step step) {
    return step instanceof Exchange exchange
        ? new AMQP.Exchange.Declare.Builder().exchange(exchange.name()).type("").passive().build()
        : new AMQP.Queue.Declare.Builder().queue(((Queue) step).name()).passive().build();
  }

  private static Method whole(Step step) {
    return step instanceof Exchange exchange
        ? declare(exchange, exchange.arguments())
        : declare((Queue) step, ((Queue) step).arguments());
  }

  private static Method impossible(Step step) {
    if (step instanceof Exchange exchange) {
      return declare(exchange, IMPOSSIBLE_FOR_EXCHANGES);
    }
    Queue queue = (Queue) step;
    Map<String, Object> arguments = new LinkedHashMap<>(queue.arguments());
    arguments.putAll(IMPOSSIBLE_FOR_QUEUES);
    return declare(queue, arguments);
  }

  private static Method declare(Exchange exchange, Map<String, Object> arguments) {
    return new AMQP.Exchange.Declare.Builder()
        .exchange(exchange.name())
        .type(exchange.type())
        .durable()
        .arguments(arguments)
        .build();
  }

  private static Method declare(Queue queue, Map<String, Object> arguments) {
    return new AMQP.Queue.Declare.Builder()
        .queue(queue.name())
        .durable()
        .autoDelete(queue.autoDelete())
        .arguments(arguments)
        .build();
  }

  /** With a key that nothing is bound by. */
  private static Method unbind(Binding binding) {
    String key = UUID.randomUUID().toString();
    return binding.toExchange()
        ? new AMQP.Exchange.Unbind.Builder()
            .destination(binding.destination())
            .source(binding.exchange())
            .routingKey(key)
            .build()
        : new AMQP.Queue.Unbind.Builder()
            .queue(binding.destination())
            .exchange(binding.exchange())
            .routingKey(key)
            .build();
  }
}
