package io.artel.events.testkit.internal.embedded.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order of a classic queue, held against a list that is sorted each time. */
class PlacedMessagesTest {
  private static final Comparator<QueuedMessage> ORDER =
      Comparator.comparingInt(QueuedMessage::level)
          .reversed()
          .thenComparingLong(QueuedMessage::position);

  private final MessageQueue owner = new QueueRoom(Dialect.V4_3).classic("q");

  @Test
  void messagesGoOutByPriorityThenByPlaceWhateverIsTakenAndGivenBack() {
    Random random = new Random(20260102);
    PlacedMessages messages = new PlacedMessages();
    List<QueuedMessage> model = new ArrayList<>();
    List<QueuedMessage> taken = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(10);
      if (choice < 4) {
        QueuedMessage added =
            new QueuedMessage(
                owner, QueueRoom.message("m" + step), step, random.nextInt(4), QueuedMessage.NEVER);
        messages.append(added);
        model.add(added);
        model.sort(ORDER);
      } else if (choice < 7) {
        QueuedMessage next = messages.take();
        assertThat(next).isSameAs(model.isEmpty() ? null : model.remove(0));
        if (next != null) {
          taken.add(next);
        }
      } else if (!taken.isEmpty()) {
        QueuedMessage back = taken.remove(random.nextInt(taken.size()));
        messages.giveBack(back);
        model.add(back);
        model.sort(ORDER);
      }
      assertThat(messages.count()).isEqualTo(model.size());
      assertThat(messages.peek()).isSameAs(model.isEmpty() ? null : model.get(0));
    }
    List<QueuedMessage> listed = new ArrayList<>();
    messages.forEach(listed::add);
    assertThat(listed).isNotEmpty().isEqualTo(model);
    assertThat(messages.bytes()).isEqualTo(model.stream().mapToLong(QueuedMessage::size).sum());
  }
}
