package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ready messages of a quorum queue: first what came back, in the order in which it did, then the
 * rest by priority. RabbitMQ 3.x knows no priorities, 4.0 two that it mixes, 4.3 thirty-two.
 */
final class ReturnsFirst implements ReadyMessages {
  private static final int UNSET = -1;
  private static final int USUAL = 4;
  private static final int HIGHEST = 31;

  /** In a mix an older message of the lower priority goes out after so many others. */
  private static final int LOWER_EVERY = 2;

  private final ArrayDeque<QueuedMessage> returned = new ArrayDeque<>();
  private final List<ArrayDeque<QueuedMessage>> levels = new ArrayList<>();
  private final boolean mixed;
  private int taken;
  private int count;
  private long bytes;

  private ReturnsFirst(int levelCount, boolean mixed) {
    for (int i = 0; i < levelCount; i++) {
      levels.add(new ArrayDeque<>());
    }
    this.mixed = mixed;
  }

  static ReturnsFirst of(Dialect dialect) {
    if (dialect.since(Dialect.V4_3)) {
      return new ReturnsFirst(HIGHEST + 1, false);
    }
    return dialect.since(Dialect.V4_0) ? new ReturnsFirst(2, true) : new ReturnsFirst(1, false);
  }

  /** {@return the level of messages with this property} */
  int level(int priority) {
    if (levels.size() > 2) {
      return priority == UNSET ? USUAL : Math.min(priority, HIGHEST);
    }
    return levels.size() == 2 && priority > USUAL ? 1 : 0;
  }

  @Override
  public void append(QueuedMessage message) {
    levels.get(message.level()).add(message);
    added(message);
  }

  @Override
  public void giveBack(QueuedMessage message) {
    returned.add(message);
    added(message);
  }

  /** Takes a message back behind all others, as one without priority. */
  void giveBackLast(QueuedMessage message) {
    levels.get(0).add(message);
    added(message);
  }

  private void added(QueuedMessage message) {
    count++;
    bytes += message.size();
  }

  @Override
  public @Nullable QueuedMessage peek() {
    return count == 0 ? null : next().peek();
  }

  @Override
  public @Nullable QueuedMessage take() {
    if (count == 0) {
      return null;
    }
    ArrayDeque<QueuedMessage> from = next();
    QueuedMessage message = from.remove();
    if (mixed && from != returned) {
      taken = taken == LOWER_EVERY ? 0 : taken + 1;
    }
    count--;
    bytes -= message.size();
    return message;
  }

  private ArrayDeque<QueuedMessage> next() {
    if (!returned.isEmpty()) {
      return returned;
    }
    if (mixed && taken == LOWER_EVERY) {
      QueuedMessage lower = levels.get(0).peek();
      QueuedMessage higher = levels.get(1).peek();
      if (lower != null && (higher == null || lower.position() < higher.position())) {
        return levels.get(0);
      }
    }
    int level = levels.size() - 1;
    while (level > 0 && levels.get(level).isEmpty()) {
      level--;
    }
    return levels.get(level);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void forEach(Consumer<QueuedMessage> action) {
    returned.forEach(action);
    for (int level = levels.size() - 1; level >= 0; level--) {
      levels.get(level).forEach(action);
    }
  }

  @Override
  public void clear() {
    returned.clear();
    levels.forEach(ArrayDeque::clear);
    count = 0;
    bytes = 0;
  }
}
