package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A quorum queue: messages that come back are counted, go out before all others, and are dropped
 * when they came back too often.
 */
final class QuorumQueue extends MessageQueue {
  private static final String DELIVERY_COUNT = "x-delivery-count";
  private static final String ACQUIRED_COUNT = "x-acquired-count";
  private static final long USUAL_LIMIT = 20;
  private static final long UNLIMITED = Long.MAX_VALUE;

  /** A limit that is no number: RabbitMQ takes it, and counts in vain. */
  private static final long NEVER_REACHED = UNLIMITED - 1;

  /** How full it may be at most to take messages again from whom it refused. */
  private static final double ROOM_AGAIN = 0.8;

  /** How often a message may come back. */
  private final long deliveryLimit;

  /** Whether a client that returns a message puts it behind all others. */
  private final boolean returnsToTail;

  private final Dialect dialect;
  private final ReturnsFirst order;
  private final UndeliveredLetters undelivered;

  /** The publishers that are known, and whether each is refused. */
  private final Map<Object, Boolean> refused = new WeakHashMap<>();

  QuorumQueue(QueueHome home, Declaration declaration) {
    this(home, declaration, ReturnsFirst.of(home.dialect()));
  }

  private QuorumQueue(QueueHome home, Declaration declaration, ReturnsFirst order) {
    super(
        home,
        declaration,
        order,
        succession(home.dialect(), new QueueArguments(declaration.arguments())));
    this.dialect = home.dialect();
    this.order = order;
    this.undelivered = new UndeliveredLetters(home.timers(), home.deadLetters());
    this.deliveryLimit = deliveryLimit(dialect, settings().deliveryLimit());
    this.returnsToTail = deliveryLimit == UNLIMITED && !dialect.since(Dialect.V4_3);
  }

  private static long deliveryLimit(Dialect dialect, @Nullable FieldValue argument) {
    if (argument == null) {
      return dialect.since(Dialect.V4_0) ? USUAL_LIMIT : UNLIMITED;
    }
    if (!argument.type().isInteger()) {
      return NEVER_REACHED;
    }
    // for 3.x a negative limit is one that the first return exceeds
    return argument.integer() < 0 && dialect.since(Dialect.V4_0) ? UNLIMITED : argument.integer();
  }

  private static Consumers.Succession succession(Dialect dialect, QueueArguments arguments) {
    if (!arguments.singleActiveConsumer()) {
      return Consumers.Succession.ALL;
    }
    return dialect.since(Dialect.V4_0) ? Consumers.Succession.HIGHEST : Consumers.Succession.ELDEST;
  }

  @Override
  public String type() {
    return ArgumentRules.QUORUM;
  }

  @Override
  boolean accept(Message message, @Nullable Object publisher) {
    if (settings().overflow() == QueueArguments.Overflow.REJECT_PUBLISH && refuses(publisher)) {
      return false;
    }
    QueuedMessage newcomer = newcomer(message);
    newcomer.redelivered = dialect.since(Dialect.V4_0) && newcomer.carried > 0;
    newcomer.failed = dialect.since(Dialect.V4_3) ? newcomer.carried : 0;
    if (ready().count() > 0 || !handedOver(newcomer)) {
      ready().append(newcomer);
      givenBack();
    }
    return true;
  }

  /**
   * Whether a publisher is refused. One message too many is taken; whoever published before that is
   * then refused until there is room again, others only while there is one too many.
   */
  private boolean refuses(@Nullable Object publisher) {
    long messages = (long) ready().count() + undelivered.count();
    long bytes = ready().bytes() + undelivered.bytes();
    boolean tooMany = limit().isExceededBy(messages, bytes);
    if (tooMany) {
      refused.replaceAll((known, was) -> true);
    } else if (limit().leavesRoom(messages, bytes, ROOM_AGAIN)) {
      refused.replaceAll((known, was) -> false);
    }
    return publisher == null ? tooMany : refused.computeIfAbsent(publisher, unknown -> tooMany);
  }

  @Override
  int sizeOf(Message message) {
    int body = message.body().length;
    return dialect.since(Dialect.V4_3) ? body + message.properties().bytes().length : body;
  }

  @Override
  int level(Message message) {
    return order.level(message.properties().priority());
  }

  @Override
  Message asDelivered(QueuedMessage message) {
    Message stored = message.stored();
    if (message.returned == 0 && message.carried == 0 && !message.got) {
      return stored;
    }
    FieldTable headers = stored.properties().headers();
    if (dialect.since(Dialect.V4_3)) {
      headers = with(headers, ACQUIRED_COUNT, here(message, message.failed), false);
      headers = with(headers, DELIVERY_COUNT, message.failed, false);
    } else if (dialect.since(Dialect.V4_0)) {
      headers = with(headers, DELIVERY_COUNT, here(message, message.carried), false);
    } else {
      headers = with(headers, DELIVERY_COUNT, message.returned, message.got);
    }
    return stored.with(stored.properties().withHeaders(headers));
  }

  /** {@return how often it came back here; as long as it did not, what it brought along} */
  private static int here(QueuedMessage message, int brought) {
    return message.returned > 0 ? message.returned : brought;
  }

  private static FieldTable with(FieldTable headers, String name, int count, boolean evenZero) {
    return count > 0 || evenZero ? headers.with(name, FieldValue.of(count)) : headers;
  }

  @Override
  boolean failsToBeConsumed(ReturnReason reason) {
    return dialect.since(Dialect.V4_3) ? isFailure(reason) : dialect.since(Dialect.V4_0);
  }

  @Override
  void maySubscribe(Consumer consumer, Consumers others) {
    // a quorum queue does not mind who else consumes, not even if somebody wants to be alone
  }

  @Override
  void checkDelete(boolean ifUnused, boolean ifEmpty) {
    if (ifUnused || ifEmpty) {
      throw ReplyCode.NOT_IMPLEMENTED.error(
          "cannot delete "
              + label()
              + ". queue.delete operations with "
              + (ifUnused ? "if-unused" : "if-empty")
              + " flag set are not supported by quorum queues");
    }
  }

  @Override
  void declaredAgain(boolean passively) {
    if (!passively) {
      super.declaredAgain(false);
    }
  }

  @Override
  public int consumerCount() {
    return settings().singleActiveConsumer()
        ? Math.min(1, super.consumerCount())
        : super.consumerCount();
  }

  @Override
  public void requireGlobalLimits() {
    throw ReplyCode.NOT_IMPLEMENTED.error(label() + " does not support global qos");
  }

  @Override
  void mayGet() {
    if (settings().singleActiveConsumer()) {
      String type = dialect.since(Dialect.V4_3) ? "<<\"quorum\">>" : "quorum";
      throw ReplyCode.RESOURCE_LOCKED.error(
          "cannot obtain access to locked "
              + label()
              + ". basic.get operations are not supported by "
              + type
              + " queues with single active consumer");
    }
  }

  @Override
  void takeBack(QueuedMessage message, ReturnReason reason) {
    message.returned++;
    if (!dialect.since(Dialect.V4_3) || isFailure(reason)) {
      message.failed++;
    }
    if (reason == ReturnReason.CHANNEL_CLOSED
        || (reason == ReturnReason.REJECT && dialect.since(Dialect.V4_3))) {
      message.carried++;
    }
    if (message.failed > deliveryLimit) {
      drop(message, DeadLetters.DELIVERY_LIMIT);
    } else if (returnsToTail && reason != ReturnReason.CHANNEL_CLOSED) {
      order.giveBackLast(message);
    } else {
      order.giveBack(message);
    }
  }

  @Override
  void drop(QueuedMessage message, String reason) {
    if (settings().deadLettersAtLeastOnce()) {
      message.state = QueuedMessage.State.GONE;
      undelivered.add(message, reason);
    } else {
      super.drop(message, reason);
    }
  }

  @Override
  public int purge() {
    int letters = undelivered.clear();
    return super.purge() + (dialect.since(Dialect.V4_3) ? letters : 0);
  }

  @Override
  public int undeliveredDeadLetters() {
    return undelivered.count();
  }

  @Override
  void end() {
    super.end();
    undelivered.clear();
  }

  @Override
  void givenBack() {
    if (settings().overflow() != QueueArguments.Overflow.REJECT_PUBLISH) {
      dropWhileFull();
    }
  }

  @Override
  boolean outlivesRestart(QueuedMessage message) {
    return true;
  }
}
