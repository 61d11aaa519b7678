package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import org.jspecify.annotations.Nullable;

/** A classic queue: messages that come back go to the place they had. */
final class ClassicQueue extends MessageQueue {
  private final int maxPriority;

  ClassicQueue(QueueHome home, Declaration declaration) {
    super(
        home,
        declaration,
        new PlacedMessages(),
        new QueueArguments(declaration.arguments()).singleActiveConsumer()
            ? Consumers.Succession.HIGHEST_AFTER_THE_ACTIVE
            : Consumers.Succession.ALL);
    this.maxPriority = settings().maxPriority();
  }

  @Override
  public String type() {
    return ArgumentRules.CLASSIC;
  }

  @Override
  boolean accept(Message message, @Nullable Object publisher) {
    QueuedMessage newcomer = newcomer(message);
    QueueArguments.Overflow overflow = settings().overflow();
    if (overflow != QueueArguments.Overflow.DROP_HEAD && isFullFor(newcomer)) {
      if (overflow == QueueArguments.Overflow.REJECT_PUBLISH_DLX) {
        drop(newcomer, DeadLetters.MAXLEN);
      }
      return false;
    }
    // a message that a consumer takes at once never counts against the limits, nor does it expire
    if (ready().count() > 0 || !handedOver(newcomer)) {
      newcomer.redelivered = home().dialect().since(Dialect.V4_3) && newcomer.carried > 0;
      ready().append(newcomer);
      givenBack();
    }
    return true;
  }

  private boolean isFullFor(QueuedMessage newcomer) {
    return limit().isExceededBy(ready().count() + 1L, ready().bytes() + newcomer.size());
  }

  @Override
  int level(Message message) {
    return maxPriority == 0
        ? 0
        : Math.min(maxPriority, Math.max(0, message.properties().priority()));
  }

  @Override
  Message asDelivered(QueuedMessage message) {
    return message.stored();
  }

  @Override
  boolean failsToBeConsumed(ReturnReason reason) {
    return home().dialect().since(Dialect.V4_3) && isFailure(reason);
  }

  @Override
  void maySubscribe(Consumer consumer, Consumers others) {
    if (others.hasExclusive()
        || (consumer.exclusive() && (!others.isEmpty() || settings().singleActiveConsumer()))) {
      throw ReplyCode.ACCESS_REFUSED.error(label() + " in exclusive use");
    }
  }

  @Override
  void mayGet() {
    // everybody may
  }

  @Override
  void takeBack(QueuedMessage message, ReturnReason reason) {
    if (failsToBeConsumed(reason)) {
      message.carried++;
    }
    ready().giveBack(message);
  }

  @Override
  void givenBack() {
    if (settings().overflow() == QueueArguments.Overflow.DROP_HEAD) {
      dropWhileFull();
    }
  }

  @Override
  boolean outlivesRestart(QueuedMessage message) {
    return message.stored().properties().persistent();
  }
}
