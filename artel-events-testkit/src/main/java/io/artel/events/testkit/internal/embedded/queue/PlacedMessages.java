package io.artel.events.testkit.internal.embedded.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ready messages of a classic queue: the highest priority first, and within a priority each at the
 * place at which it came in, also after it was taken and given back.
 *
 * <p>Messages are only ever taken from the front, so that what is given back belongs before all
 * that was not taken yet. That is why a heap of those and a plain queue of these are enough.
 */
final class PlacedMessages implements ReadyMessages {
  private static final Comparator<QueuedMessage> BY_PLACE =
      Comparator.comparingLong(QueuedMessage::position);

  private final List<Level> levels = new ArrayList<>();
  private final BitSet filled = new BitSet();
  private int count;
  private long bytes;

  @Override
  public void append(QueuedMessage message) {
    Level level = level(message.level());
    level.fresh.add(message);
    added(message);
  }

  @Override
  public void giveBack(QueuedMessage message) {
    level(message.level()).givenBack.add(message);
    added(message);
  }

  private void added(QueuedMessage message) {
    filled.set(message.level());
    count++;
    bytes += message.size();
  }

  private Level level(int number) {
    while (levels.size() <= number) {
      levels.add(new Level());
    }
    return levels.get(number);
  }

  @Override
  public @Nullable QueuedMessage peek() {
    return count == 0 ? null : levels.get(filled.length() - 1).peek();
  }

  @Override
  public @Nullable QueuedMessage take() {
    if (count == 0) {
      return null;
    }
    int number = filled.length() - 1;
    Level level = levels.get(number);
    QueuedMessage message = level.take();
    if (level.isEmpty()) {
      filled.clear(number);
    }
    count--;
    bytes -= message.size();
    return message;
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
    for (int number = levels.size() - 1; number >= 0; number--) {
      Level level = levels.get(number);
      level.givenBack.stream().sorted(BY_PLACE).forEach(action);
      level.fresh.forEach(action);
    }
  }

  @Override
  public void clear() {
    levels.clear();
    filled.clear();
    count = 0;
    bytes = 0;
  }

  /** The messages of one priority. */
  private static final class Level {
    private final ArrayDeque<QueuedMessage> fresh = new ArrayDeque<>();
    private final PriorityQueue<QueuedMessage> givenBack = new PriorityQueue<>(BY_PLACE);

    boolean isEmpty() {
      return fresh.isEmpty() && givenBack.isEmpty();
    }

    @Nullable QueuedMessage peek() {
      QueuedMessage first = givenBack.peek();
      return first != null ? first : fresh.peek();
    }

    QueuedMessage take() {
      QueuedMessage first = givenBack.poll();
      return first != null ? first : fresh.remove();
    }
  }
}
