package io.artel.events.examples.notifications;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where notifications are kept. Safe for use by several threads. */
public interface NotificationStore {

  /**
   * One notification.
   *
   * @param userId whom it is for, or null if it is for everybody in the session
   */
  record Notification(@Nullable UUID userId, String title, String body) {}

  /** Keeps a notification, once per event. */
  void keep(UUID eventId, Notification notification);

  /** The latest ones, newest last. */
  List<Notification> latest();

  /** How many there have been. */
  long count();
}
