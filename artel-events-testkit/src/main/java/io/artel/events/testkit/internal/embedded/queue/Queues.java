package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The queues of a virtual host: declaring, finding and deleting them. */
public final class Queues {
  private final Dialect dialect;
  private final String vhost;
  private final QueueObserver observer;
  private final QueueHome home;
  private final Map<String, MessageQueue> queues = new LinkedHashMap<>();
  private final Random random = new Random();

  /** None yet. */
  public Queues(
      Dialect dialect,
      String vhost,
      Timers timers,
      DeadLetterExchange deadLetters,
      QueueObserver observer) {
    this.dialect = dialect;
    this.vhost = vhost;
    this.observer = observer;
    this.home =
        new QueueHome(
            dialect,
            vhost,
            timers,
            new DeadLetters(dialect, timers, deadLetters, queues::get),
            this::remove);
  }

  /**
   * Creates a queue, or checks that the one there is equal to what is asked for.
   *
   * @param name the name, empty for one that the broker makes up
   * @param connection the connection that asks
   */
  public MessageQueue declare(
      String name,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      FieldTable arguments,
      Object connection) {
    String wanted = strip(name);
    if (wanted.startsWith("amq.")) {
      throw ReplyCode.ACCESS_REFUSED.error(
          "queue name '" + wanted + "' contains reserved prefix 'amq.*'");
    }
    Declaration declaration =
        new Declaration(
            wanted.isEmpty() ? madeUpName() : wanted,
            durable && !exclusive,
            autoDelete,
            exclusive ? connection : null,
            arguments);
    MessageQueue existing = queues.get(wanted);
    if (existing != null) {
      new Equivalence(dialect, existing).check(declaration);
      existing.declaredAgain(false);
      return existing;
    }
    String label = "queue '" + declaration.name() + "' in vhost '" + vhost + "'";
    String type = ArgumentRules.type(dialect, arguments, label);
    boolean quorum = type.equals(ArgumentRules.QUORUM);
    if (quorum && wanted.isEmpty()) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "Cannot declare a server-named queue for type rabbit_quorum_queue");
    }
    ArgumentRules.check(dialect, arguments, type, label);
    MessageQueue created;
    if (quorum) {
      checkQuorum(declaration, label);
      created = new QuorumQueue(home, declaration);
    } else {
      created = new ClassicQueue(home, declaration);
    }
    queues.put(declaration.name(), created);
    return created;
  }

  private static void checkQuorum(Declaration declaration, String label) {
    String property = null;
    if (declaration.autoDelete()) {
      property = "auto-delete";
    } else if (declaration.owner() != null) {
      property = "exclusive-owner";
    } else if (!declaration.durable()) {
      property = "non-durable";
    }
    if (property != null) {
      throw ReplyCode.PRECONDITION_FAILED.error("invalid property '" + property + "' for " + label);
    }
  }

  /** {@return the queue of that name for a passive declare} */
  public MessageQueue declarePassive(String name, Object connection) {
    MessageQueue queue = find(strip(name), connection);
    queue.declaredAgain(true);
    return queue;
  }

  /** {@return the queue of that name, which the connection may use} */
  public MessageQueue find(String name, Object connection) {
    MessageQueue queue = queues.get(name);
    if (queue == null) {
      throw ReplyCode.NOT_FOUND.error("no queue '" + name + "' in vhost '" + vhost + "'");
    }
    if (queue.owner() != null && queue.owner() != connection) {
      throw Equivalence.locked(queue);
    }
    return queue;
  }

  /** Whether there is a queue of that name. */
  public boolean exists(String name) {
    return queues.containsKey(name);
  }

  /** {@return the queue of that name, whoever may use it, or null} */
  public @Nullable MessageQueue get(String name) {
    return queues.get(name);
  }

  /** {@return all queues in the order in which they were declared} */
  public Collection<MessageQueue> all() {
    return Collections.unmodifiableCollection(queues.values());
  }

  /** Deletes a queue and returns how many messages were ready in it; 0 if there was none. */
  public int delete(String name, boolean ifUnused, boolean ifEmpty, Object connection) {
    if (!exists(name)) {
      return 0;
    }
    MessageQueue queue = find(name, connection);
    queue.checkDelete(ifUnused, ifEmpty);
    int count = queue.readyCount();
    remove(queue);
    return count;
  }

  /** The connection has ended: the queues that only it could use go. */
  public void connectionClosed(Object connection) {
    for (MessageQueue queue : List.copyOf(queues.values())) {
      if (queue.owner() == connection) {
        remove(queue);
      }
    }
  }

  /** The broker restarts: what is not durable goes, and no one consumes any more. */
  public void restart() {
    List<MessageQueue> kept = new ArrayList<>();
    for (MessageQueue queue : List.copyOf(queues.values())) {
      if (queue.durable()) {
        kept.add(queue);
      } else {
        queues.remove(queue.name());
        queue.end();
        observer.deleted(queue);
      }
    }
    kept.forEach(MessageQueue::loseConsumers);
    kept.forEach(MessageQueue::restart);
  }

  private void remove(MessageQueue queue) {
    if (queues.remove(queue.name(), queue)) {
      queue.delete();
      observer.deleted(queue);
    }
  }

  private String madeUpName() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return "amq.gen-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String strip(String name) {
    return name.replace("\n", "").replace("\r", "");
  }
}
