package io.artel.events.benchmarks.contest;

import io.artel.events.Event;
import io.artel.events.EventPriority;
import io.artel.events.EventType;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The events that all contestants publish. */
public final class BenchmarkEvents {

  /**
   * The payload.
   *
   * @param totalScore the event's number, by which its arrival is known
   * @param note what makes it as large as it is to be
   */
  public record BallPotted(
      UUID playerId,
      String ballColor,
      int ballPoints,
      int totalScore,
      int turnPosition,
      String gameType,
      String note) {}

  /** The routing key, and the name of the type. */
  public static final String TYPE = "game.ball_potted";

  /** Who publishes. */
  public static final String SERVICE = "game_service";

  /** The type. */
  public static final EventType<BallPotted> BALL_POTTED =
      EventType.of(TYPE, BallPotted.class).priority(EventPriority.HIGH).source(SERVICE);

  private final UUID player = UUID.randomUUID();
  private final UUID[] sessions;
  private final String note;

  /**
   * Events like these.
   *
   * @param sessions how many sessions they belong to, by turns; 0 for none
   * @param noteBytes the length of their note
   */
  public BenchmarkEvents(int sessions, int noteBytes) {
    this.sessions =
        IntStream.range(0, sessions).mapToObj(i -> UUID.randomUUID()).toArray(UUID[]::new);
    this.note = "n".repeat(noteBytes);
  }

  @Nullable UUID session(int number) {
    return sessions.length == 0 ? null : sessions[number % sessions.length];
  }

  BallPotted payload(int number) {
    return new BallPotted(player, "red", 4, number, 1, "kolkhoz", note);
  }

  /** The event with this number. */
  public Event.Builder<BallPotted> event(int number) {
    return BALL_POTTED.event(payload(number)).session(session(number)).user(player);
  }
}
