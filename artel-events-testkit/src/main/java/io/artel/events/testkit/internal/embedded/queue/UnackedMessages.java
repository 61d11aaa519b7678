package io.artel.events.testkit.internal.embedded.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The messages of a queue that channels hold, in the order in which they were taken. */
final class UnackedMessages {
  private @Nullable QueuedMessage first;
  private @Nullable QueuedMessage last;
  private int count;

  void add(QueuedMessage message) {
    message.before = last;
    if (last == null) {
      first = message;
    } else {
      last.after = message;
    }
    last = message;
    count++;
  }

  void remove(QueuedMessage message) {
    QueuedMessage before = message.before;
    QueuedMessage after = message.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    message.before = null;
    message.after = null;
    count--;
  }

  int count() {
    return count;
  }

  void forEach(Consumer<QueuedMessage> action) {
    for (QueuedMessage message = first; message != null; ) {
      QueuedMessage next = message.after;
      action.accept(message);
      message = next;
    }
  }
}
