package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue: its messages, those that are ready and those that channels hold, and its consumers.
 *
 * <p>The rule that all here keep: when a call returns, no message is ready that an awake consumer
 * could have, and the first ready message has not expired.
 */
public abstract class MessageQueue {
  private final QueueHome home;
  private final String name;
  private final boolean durable;
  private final boolean autoDelete;
  private final @Nullable Object owner;
  private final QueueArguments settings;
  private final ReadyMessages ready;
  private final Consumers consumers;
  private final Deliveries deliveries;
  private final Alarm headExpires;
  private final LengthLimit limit;
  private final Lease lease;
  private long nextPosition;
  private boolean deleted;

  MessageQueue(
      QueueHome home,
      Declaration declaration,
      ReadyMessages ready,
      Consumers.Succession succession) {
    this.home = home;
    this.name = declaration.name();
    this.durable = declaration.durable();
    this.autoDelete = declaration.autoDelete();
    this.owner = declaration.owner();
    this.settings = new QueueArguments(declaration.arguments());
    this.ready = ready;
    this.consumers = new Consumers(succession);
    this.deliveries = new Deliveries(consumers);
    this.headExpires = new Alarm(home.timers(), this::expire);
    this.limit = new LengthLimit(settings);
    this.lease = new Lease(home.timers(), settings.expires(), () -> home.remove().accept(this));
    lease.renew();
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** Whether it outlives a restart. */
  public boolean durable() {
    return durable;
  }

  /** Whether it goes with its last consumer. */
  public boolean autoDelete() {
    return autoDelete;
  }

  /** Whether only the connection that declared it may use it. */
  public boolean exclusive() {
    return owner != null;
  }

  /** {@return the connection that alone may use it, or null} */
  @Nullable Object owner() {
    return owner;
  }

  /** {@return the arguments it was declared with} */
  public FieldTable arguments() {
    return settings.table();
  }

  /** {@return the type as in {@code x-queue-type}} */
  public abstract String type();

  final QueueArguments settings() {
    return settings;
  }

  final QueueHome home() {
    return home;
  }

  final ReadyMessages ready() {
    return ready;
  }

  final LengthLimit limit() {
    return limit;
  }

  /** {@return the name as error texts show it} */
  final String label() {
    return "queue '" + name + "' in vhost '" + home.vhost() + "'";
  }

  // Publishing

  /**
   * Takes a message, and hands it to a consumer if one is ready.
   *
   * @return false if the queue refuses it, so that the publisher is to get a nack
   */
  public final boolean publish(Message message) {
    return publish(message, null);
  }

  /**
   * Takes a message as {@link #publish(Message)} does.
   *
   * @param publisher what tells publishing channels apart, as a queue may remember whom it refused
   */
  public final boolean publish(Message message, @Nullable Object publisher) {
    if (deleted) {
      return true;
    }
    boolean taken = accept(message, publisher);
    finish();
    return taken;
  }

  abstract boolean accept(Message message, @Nullable Object publisher);

  /** {@return the bytes of a message that count for a limit} */
  int sizeOf(Message message) {
    return message.body().length;
  }

  /** {@return the level of priority at which a message goes in} */
  abstract int level(Message message);

  /** {@return the message as one of this queue, not yet ready} */
  final QueuedMessage newcomer(Message message) {
    long lifetime = settings.messageTtl();
    long own = Expiration.millis(message.properties());
    if (own != Expiration.NONE && (lifetime == QueueArguments.NONE || own < lifetime)) {
      lifetime = own;
    }
    long expiresAt =
        lifetime == QueueArguments.NONE ? QueuedMessage.NEVER : home.timers().now() + lifetime;
    return new QueuedMessage(this, message, nextPosition++, level(message), expiresAt);
  }

  /** Drops messages from the head until the queue is within its limits. */
  final void dropWhileFull() {
    while (limit.isExceededBy(ready.count(), ready.bytes())) {
      QueuedMessage dropped = ready.take();
      if (dropped == null) {
        return;
      }
      drop(dropped, DeadLetters.MAXLEN);
    }
  }

  /** The message is no longer in the queue; it goes to the queue's dead letters, if it has any. */
  void drop(QueuedMessage message, String reason) {
    message.state = QueuedMessage.State.GONE;
    home.deadLetters().add(message, reason);
  }

  // Delivering

  /** Hands ready messages to consumers, as long as there are both. */
  private void dispatch() {
    dropExpired();
    while (ready.count() > 0 && deliveries.handOver(ready)) {
      dropExpired();
    }
  }

  /** Hands a message that is not among the ready ones to a consumer; false if none can take it. */
  final boolean handedOver(QueuedMessage message) {
    return deliveries.handOver(message);
  }

  /** {@return the message with the headers that this queue adds} */
  abstract Message asDelivered(QueuedMessage message);

  /**
   * Adds a consumer, which gets nothing until {@link #wake}.
   *
   * @throws AmqpException if its arguments are wrong, or it or one that is there wants to be alone
   */
  public final void subscribe(Consumer consumer) {
    ArgumentRules.checkConsumer(home.dialect(), consumer.arguments(), type(), label());
    maySubscribe(consumer, consumers);
    consumers.add(consumer);
    lease.hold();
  }

  abstract void maySubscribe(Consumer consumer, Consumers others);

  /** The consumer can take messages, perhaps again. */
  public final void wake(Consumer consumer) {
    consumers.wake(consumer);
    dispatch();
    finish();
  }

  /** Removes a consumer that its client cancelled; what it holds stays with its channel. */
  public final void unsubscribe(Consumer consumer) {
    boolean had = !consumers.isEmpty();
    consumers.remove(consumer);
    consumersWent(had);
  }

  /**
   * A channel has ended, alone or with its connection: its consumers go and all it held comes back.
   *
   * @param held the messages of this queue that it held, in the order of their deliveries
   */
  public final void channelClosed(Object channel, List<QueuedMessage> held) {
    boolean had = !consumers.isEmpty();
    for (Consumer consumer : consumers.consumers()) {
      if (consumer.channel() == channel) {
        consumers.remove(consumer);
      }
    }
    giveBack(held, ReturnReason.CHANNEL_CLOSED);
    consumersWent(had);
  }

  private void consumersWent(boolean had) {
    if (had && consumers.isEmpty()) {
      if (autoDelete) {
        home.remove().accept(this);
      } else {
        lease.release();
      }
    }
    dispatch();
    finish();
  }

  /**
   * {@return the next message, or null; without {@code noAck} the caller's channel now holds it}
   *
   * @throws AmqpException if this type of queue does not allow it
   */
  public final @Nullable QueuedMessage get(boolean noAck) {
    mayGet();
    lease.renew();
    dropExpired();
    QueuedMessage message = ready.take();
    if (message != null) {
      deliveries.get(message, noAck);
    }
    finish();
    return message;
  }

  abstract void mayGet();

  /**
   * Makes sure that the queue can be consumed on a channel that limits all its consumers together.
   *
   * @throws AmqpException if this type of queue cannot
   */
  public void requireGlobalLimits() {}

  // Settling

  /** The message is done; no effect if it was settled before or its queue is gone. */
  public final void ack(QueuedMessage message) {
    if (deliveries.release(message)) {
      message.state = QueuedMessage.State.GONE;
      dispatch();
      finish();
    }
  }

  /** Takes messages back that a channel held, in this order. */
  public final void requeue(List<QueuedMessage> messages, ReturnReason reason) {
    giveBack(messages, reason);
    dispatch();
    finish();
  }

  private void giveBack(List<QueuedMessage> messages, ReturnReason reason) {
    for (QueuedMessage message : messages) {
      if (deliveries.release(message)) {
        message.redelivered = true;
        message.got = false;
        message.state = QueuedMessage.State.READY;
        takeBack(message, reason);
      }
    }
    givenBack();
  }

  /** Puts a message back among the ready ones, or drops it. */
  abstract void takeBack(QueuedMessage message, ReturnReason reason);

  /** Messages have been put back, so that the queue may be full. */
  abstract void givenBack();

  /**
   * The messages that a channel held are not wanted: they become dead letters or nothing.
   *
   * @param reason how the client said it
   */
  public final void discard(List<QueuedMessage> messages, ReturnReason reason) {
    for (QueuedMessage message : messages) {
      if (deliveries.release(message)) {
        if (failsToBeConsumed(reason)) {
          message.carried++;
        }
        drop(message, DeadLetters.REJECTED);
      }
    }
    dispatch();
    finish();
  }

  /** Whether that a message is discarded in this way is a failure that its next queue hears of. */
  abstract boolean failsToBeConsumed(ReturnReason reason);

  /** Whether RabbitMQ 4.3 takes a return for a failure. */
  static boolean isFailure(ReturnReason reason) {
    return reason == ReturnReason.REJECT || reason == ReturnReason.CHANNEL_CLOSED;
  }

  /** Forgets the ready messages and returns how many there were. */
  public int purge() {
    dropExpired();
    int count = ready.count();
    ready.forEach(message -> message.state = QueuedMessage.State.GONE);
    ready.clear();
    finish();
    return count;
  }

  // Time

  private void dropExpired() {
    QueuedMessage head = ready.peek();
    while (head != null && hasExpired(head)) {
      ready.take();
      drop(head, DeadLetters.EXPIRED);
      head = ready.peek();
    }
  }

  private boolean hasExpired(QueuedMessage message) {
    return message.expiresAt() != QueuedMessage.NEVER && message.expiresAt() <= home.timers().now();
  }

  private void expire() {
    dropExpired();
    finish();
  }

  /** What each call ends with: drops what has just expired, and sends the dead letters. */
  private void finish() {
    dropExpired();
    QueuedMessage head = ready.peek();
    if (head != null && head.expiresAt() != QueuedMessage.NEVER) {
      headExpires.ringBy(head.expiresAt());
    }
    home.deadLetters().send();
  }

  /** A client declared it although it was there, perhaps only to see whether it was. */
  void declaredAgain(boolean passively) {
    lease.renew();
  }

  // The end

  /** Refuses to be deleted if it is in use or holds messages and the client minds. */
  void checkDelete(boolean ifUnused, boolean ifEmpty) {
    if (ifEmpty && ready.count() > 0) {
      throw ReplyCode.PRECONDITION_FAILED.error(label() + " not empty");
    }
    if (ifUnused && !consumers.isEmpty()) {
      throw ReplyCode.PRECONDITION_FAILED.error(label() + " in use");
    }
  }

  /** Empties the queue for good and tells its consumers. */
  final void delete() {
    end();
    Collection<Consumer> last = consumers.consumers();
    consumers.clear();
    last.forEach(Consumer::cancelled);
  }

  /** Empties the queue for good without a word, as a broker that stops does. */
  void end() {
    deleted = true;
    headExpires.cancel();
    lease.hold();
    ready.forEach(message -> message.state = QueuedMessage.State.GONE);
    ready.clear();
    for (QueuedMessage message : unackedMessages()) {
      if (deliveries.release(message)) {
        message.state = QueuedMessage.State.GONE;
      }
    }
  }

  /** Forgets the consumers without a word, as a broker that stops does. */
  final void loseConsumers() {
    consumers.clear();
  }

  /** Loses what does not outlive a restart of the broker. */
  final void restart() {
    giveBack(unackedMessages(), ReturnReason.CHANNEL_CLOSED);
    List<QueuedMessage> before = readyMessages();
    List<QueuedMessage> kept = before.stream().filter(this::outlivesRestart).toList();
    if (kept.size() < before.size()) {
      ready.clear();
      kept.forEach(ready::append);
    }
    lease.release();
    finish();
  }

  abstract boolean outlivesRestart(QueuedMessage message);

  // Looking inside

  /** {@return the number of messages that wait for a consumer} */
  public final int readyCount() {
    return ready.count();
  }

  /** {@return the number of messages that channels hold} */
  public final int unackedCount() {
    return deliveries.unackedCount();
  }

  /** {@return the number of dead letters that wait for a queue that takes them} */
  public int undeliveredDeadLetters() {
    return 0;
  }

  /** {@return the number of consumers} */
  public int consumerCount() {
    return consumers.count();
  }

  /** {@return the messages that wait for a consumer, in the order in which they are to go out} */
  public final List<QueuedMessage> readyMessages() {
    List<QueuedMessage> messages = new ArrayList<>(ready.count());
    ready.forEach(messages::add);
    return messages;
  }

  /** {@return the messages that channels hold, in the order in which they went out} */
  public final List<QueuedMessage> unackedMessages() {
    List<QueuedMessage> messages = new ArrayList<>(deliveries.unackedCount());
    deliveries.forEachUnacked(messages::add);
    return messages;
  }

  /** {@return the consumers in the order in which they came} */
  public final Collection<Consumer> consumers() {
    return consumers.consumers();
  }

  /** Whether a consumer may get messages, which only one may with a single active consumer. */
  public final boolean isActive(Consumer consumer) {
    return consumers.isActive(consumer);
  }
}
