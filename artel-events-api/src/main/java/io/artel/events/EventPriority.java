package io.artel.events;

/** How urgent an event is. On the wire it is the number, {@link #number()}. */
public enum EventPriority {
  /** May wait, and may expire where nobody keeps order: 1. */
  LOW(1),
  /** The default: 5. */
  NORMAL(5),
  /** Part of a running game: 8. */
  HIGH(8),
  /** Somebody is watching live: 10. */
  CRITICAL(10);

  private final int number;

  EventPriority(int number) {
    this.number = number;
  }

  /** The number that stands for this priority on the wire: 1, 5, 8 or 10. */
  public int number() {
    return number;
  }

  /**
   * The priority with this number.
   *
   * @throws IllegalArgumentException if {@code number} is none of 1, 5, 8 and 10
   */
  public static EventPriority of(int number) {
    for (EventPriority priority : values()) {
      if (priority.number == number) {
        return priority;
      }
    }
    throw new IllegalArgumentException(
        "priority is "
            + number
            + ", but only 1 (LOW), 5 (NORMAL), 8 (HIGH) and 10 (CRITICAL) exist");
  }
}
