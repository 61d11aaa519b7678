package io.artel.events.examples.notifications;

import io.artel.events.examples.ids.IdMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** Keeps the latest thousand, until the process ends. Guarded by its own lock. */
public final class InMemoryNotificationStore implements NotificationStore {

  private static final int KEPT = 1000;

  private final Deque<Notification> latest = new ArrayDeque<>();
  private final IdMap seen = new IdMap();

  @Override
  public synchronized void keep(UUID eventId, Notification notification) {
    if (seen.put(eventId, 1) != IdMap.ABSENT) {
      return;
    }
    latest.addLast(notification);
    if (latest.size() > KEPT) {
      latest.removeFirst();
    }
  }

  @Override
  public synchronized List<Notification> latest() {
    return List.copyOf(latest);
  }

  @Override
  public synchronized long count() {
    return seen.size();
  }
}
