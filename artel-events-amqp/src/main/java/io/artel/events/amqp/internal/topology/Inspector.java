package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.TopologyLayout;
import io.artel.events.TopologyLayout.Binding;
import io.artel.events.TopologyLayout.Exchange;
import io.artel.events.TopologyLayout.Queue;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
 *   <li>Whether there is a consistent-hash exchange: RabbitMQ 3.x closes the connection over an
 *       unknown type, so that is asked on another one.
 * </ol>
 *
 * <p>If somebody deletes a queue between the first two, the second makes it again.
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
      for (Exchange exchange : layout.exchanges()) {
        inspector.look(exchange);
      }
      for (Queue queue : layout.queues()) {
        inspector.look(queue);
      }
      Set<List<Object>> rehearsed = new HashSet<>();
      for (Binding binding : layout.bindings()) {
        if (rehearsed.add(
            List.of(binding.exchange(), binding.destination(), binding.toExchange()))) {
          inspector.rehearse(binding);
        }
      }
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
  static boolean hasConsistentHash(ConnectionSupplier throwAway) throws IOException {
    Connection connection = throwAway.open();
    try {
      Channel channel = connection.createChannel();
      channel.exchangeDeclare("", Explanation.CONSISTENT_HASH, true);
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

  private void look(Exchange exchange) throws IOException {
    String subject = Explanation.subject(exchange);
    boolean usable = consistentHash || !isConsistentHash(exchange);
    if (!usable) {
      inspection.refuse(subject, Explanation.NO_PLUGIN);
    }
    BrokerReply reply =
        attempts.attempt(channel -> channel.exchangeDeclarePassive(exchange.name()));
    if (reply == null) {
      if (usable) {
        compare(new Declaration.OfExchange(exchange));
      }
    } else if (reply.code() == BrokerReply.NOT_FOUND) {
      inspection.missing.add(exchange);
      if (usable) {
        expectInvalidArgument(
            subject,
            attempts.attempt(
                channel ->
                    channel.exchangeDeclare(
                        exchange.name(), exchange.type(), true, false, IMPOSSIBLE_FOR_EXCHANGES)));
      }
    } else {
      inspection.refuse(subject, Explanation.of(reply));
    }
  }

  private void look(Queue queue) throws IOException {
    String subject = Explanation.subject(queue);
    BrokerReply reply = attempts.attempt(channel -> channel.queueDeclarePassive(queue.name()));
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
      Map<String, Object> arguments = new LinkedHashMap<>(queue.arguments());
      arguments.putAll(IMPOSSIBLE_FOR_QUEUES);
      expectInvalidArgument(
          subject,
          attempts.attempt(
              channel ->
                  channel.queueDeclare(queue.name(), true, false, queue.autoDelete(), arguments)));
    }
  }

  /** The bindings of what is there are left alone: they may be a ring that is in use. */
  private void rehearse(Binding binding) throws IOException {
    if (!inspection.endMissing(binding)) {
      return;
    }
    String key = UUID.randomUUID().toString();
    BrokerReply reply =
        attempts.attempt(
            channel -> {
              if (binding.toExchange()) {
                channel.exchangeUnbind(binding.destination(), binding.exchange(), key);
              } else {
                channel.queueUnbind(binding.destination(), binding.exchange(), key);
              }
            });
    if (reply != null && reply.code() == BrokerReply.ACCESS_REFUSED) {
      inspection.refuse(Explanation.subject(binding), Explanation.of(reply));
    }
  }

  private void expectInvalidArgument(String subject, @Nullable BrokerReply reply) {
    if (reply == null) {
      inspection.refuse(
          subject,
          "the broker took a declaration that it should refuse, and made it: delete it by hand;"
              + " is it RabbitMQ?");
    } else if (reply
        .invalidArgument()
        .filter(
            argument ->
                IMPOSSIBLE_FOR_QUEUES.containsKey(argument)
                    || IMPOSSIBLE_FOR_EXCHANGES.containsKey(argument))
        .isEmpty()) {
      inspection.refuse(subject, Explanation.of(reply));
    }
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

  private static boolean isConsistentHash(Exchange exchange) {
    return exchange.type().equals(Explanation.CONSISTENT_HASH);
  }
}
