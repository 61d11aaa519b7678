package io.artel.events.examples.play;

import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import io.artel.events.examples.game.Frame;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One table of generated play: two to four players, one session after another, a few games in each.
 * A player goes on after a pot, leaves the table after a miss or a foul, and a game ends with the
 * last ball, or when somebody has to go.
 */
final class GeneratedTable {

  private static final List<String> NAMES =
      List.of(
          "Anna", "Boris", "Vera", "Gleb", "Darya", "Egor", "Zhanna", "Igor", "Kira", "Lev",
          "Maria", "Nikita", "Olga", "Pavel", "Rita", "Stepan");
  private static final List<Long> STAKES = List.of(5L, 10L, 20L, 50L);

  private static final double POT = 0.5;
  private static final double FOUL = 0.12;
  private static final double SOMEBODY_HAS_TO_GO = 0.01;
  private static final double ONE_MORE_GAME = 0.8;

  private final int number;
  private final Random random;
  private final Clock clock;
  private final List<String> players;
  private final Deque<Move> ready = new ArrayDeque<>();
  private PlayedSession session;
  private int sessions = 1;
  private boolean begun;
  private boolean over;

  GeneratedTable(int number, Random random, Clock clock, PlayerNames names) {
    this.number = number;
    this.random = random;
    this.clock = clock;
    this.players = somePlayers(names);
    this.session = newSession();
    arrive();
  }

  /** The session that is being played. */
  UUID session() {
    return session.id();
  }

  /** The next move, or null when the last session has ended. */
  @Nullable Move next(boolean timeIsUp) {
    if (timeIsUp && !begun) {
      return null;
    }
    begun = true;
    if (ready.isEmpty() && !over) {
      if (timeIsUp) {
        over = true;
        ready.addAll(session.finish());
      } else {
        goOn();
      }
    }
    return ready.pollFirst();
  }

  private void goOn() {
    Frame frame = session.frame().orElse(null);
    if (frame == null) {
      start();
    } else if (frame.ballsLeft() == 0 || random.nextDouble() < SOMEBODY_HAS_TO_GO) {
      ready.add(session.end());
      if (random.nextDouble() >= ONE_MORE_GAME) {
        ready.add(session.close());
        sessions++;
        session = newSession();
        arrive();
      }
    } else {
      shoot(frame);
    }
  }

  private void shoot(Frame frame) {
    UUID player = frame.playerAtTable();
    double luck = random.nextDouble();
    if (luck < POT) {
      ready.add(session.pot(player, someBall(frame)));
    } else {
      UUID next = frame.nextPlayer();
      if (luck < POT + FOUL) {
        Foul[] fouls = Foul.values();
        ready.add(session.foul(player, fouls[random.nextInt(fouls.length)]));
      }
      ready.add(session.turn(next));
    }
  }

  private Ball someBall(Frame frame) {
    int chosen = random.nextInt(frame.ballsLeft());
    for (Ball ball : Ball.values()) {
      chosen -= frame.left(ball);
      if (chosen < 0) {
        return ball;
      }
    }
    throw new IllegalStateException("no ball is left");
  }

  private void start() {
    Long stake = random.nextInt(3) == 0 ? STAKES.get(random.nextInt(STAKES.size())) : null;
    ready.addAll(session.start("table " + (number + 1), stake));
  }

  private void arrive() {
    players.forEach(player -> ready.addAll(session.join(player)));
  }

  private PlayedSession newSession() {
    return new PlayedSession(
        String.format(Locale.ROOT, "table-%04d.%d", number + 1, sessions), clock);
  }

  private List<String> somePlayers(PlayerNames names) {
    List<String> all = new ArrayList<>(NAMES);
    Collections.shuffle(all, random);
    List<String> chosen = new ArrayList<>();
    for (String name : all.subList(0, 2 + random.nextInt(3))) {
      String unique = String.format(Locale.ROOT, "%s-%04d", name, number + 1);
      names.add(unique);
      chosen.add(unique);
    }
    return chosen;
  }
}
