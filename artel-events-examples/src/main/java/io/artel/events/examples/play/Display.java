package io.artel.events.examples.play;

import io.artel.events.examples.live.Scoreboard;
import io.artel.events.examples.stats.PlayerStats;
import io.artel.events.examples.stats.StatsStore;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows a play while it goes on: a table that is drawn again and again on a terminal, a line each
 * second elsewhere. It draws on a thread of its own until it is closed.
 */
final class Display implements AutoCloseable {

  private static final int TOP = 5;
  private static final int STANDINGS = 10;
  private static final String CLEAR_LINE = "\u001b[2K";

  private final PrintWriter out;
  private final boolean terminal;
  private final FlowRecorder recorder;
  private final Scoreboard scoreboard;
  private final Moves moves;
  private final PlayerNames names;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService timer;
  private long shownAt = start;
  private long shownConfirmed;
  private int drawn;

  Display(
      PrintWriter out,
      boolean terminal,
      FlowRecorder recorder,
      Scoreboard scoreboard,
      Moves moves,
      PlayerNames names) {
    this.out = out;
    this.terminal = terminal;
    this.recorder = recorder;
    this.scoreboard = scoreboard;
    this.moves = moves;
    this.names = names;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "billiards-display");
              thread.setDaemon(true);
              return thread;
            });
    long period = terminal ? 250 : 1000;
    var unused = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void show() {
    long now = System.nanoTime();
    long confirmed = recorder.confirmedCount();
    double rate = (confirmed - shownConfirmed) * 1e9 / Math.max(1, now - shownAt);
    shownAt = now;
    shownConfirmed = confirmed;
    long seconds = TimeUnit.NANOSECONDS.toSeconds(now - start);
    if (terminal) {
      draw(table(seconds, confirmed, rate));
    } else {
      out.println(line(seconds, confirmed, rate));
      out.flush();
    }
  }

  private String line(long seconds, long confirmed, double rate) {
    StringBuilder best = new StringBuilder();
    for (Scoreboard.Line each : scoreboard.top(3)) {
      best.append(best.isEmpty() ? "" : ", ")
          .append(names.of(each.player()))
          .append(' ')
          .append(each.score());
    }
    return String.format(
        Locale.ROOT,
        "%3d s  %,d events  %,.0f/s  %d sessions  p50 %.1f ms  p99 %.1f ms  %s",
        seconds,
        confirmed,
        rate,
        moves.sessions(),
        recorder.latencies().criticalMillis(50),
        recorder.latencies().criticalMillis(99),
        best);
  }

  private List<String> table(long seconds, long confirmed, double rate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%4d s   sessions %,6d   events %,9d   %,7.0f/s",
            seconds,
            moves.sessions(),
            confirmed,
            rate));
    lines.add(
        String.format(
            Locale.ROOT,
            "         published to handled   p50 %8.1f ms   p99 %8.1f ms",
            recorder.latencies().criticalMillis(50),
            recorder.latencies().criticalMillis(99)));
    List<Scoreboard.Line> top = scoreboard.top(TOP);
    for (int i = 0; i < TOP; i++) {
      lines.add(
          i < top.size()
              ? String.format(
                  Locale.ROOT, "  %-24s %4d", names.of(top.get(i).player()), top.get(i).score())
              : "");
    }
    return lines;
  }

  private void draw(List<String> lines) {
    if (drawn > 0) {
      out.print("\u001b[" + drawn + "A");
    }
    lines.forEach(line -> out.println(CLEAR_LINE + line));
    out.flush();
    drawn = lines.size();
  }

  /** Prints how events ended that were meant to fail. */
  static void chaos(PrintWriter out, Map<String, Map<String, Long>> chaos, long lost) {
    List<String> outcomes =
        List.of("retried", "handled", "dead_lettered", "discarded", "compensated");
    out.println("Chaos: attempts at events that were meant to fail, by class and outcome");
    out.printf(Locale.ROOT, "  %-12s", "");
    outcomes.forEach(outcome -> out.printf(Locale.ROOT, "%14s", outcome));
    out.println();
    chaos.forEach(
        (kind, row) -> {
          out.printf(Locale.ROOT, "  %-12s", kind);
          outcomes.forEach(
              outcome -> out.printf(Locale.ROOT, "%,14d", row.getOrDefault(outcome, 0L)));
          out.println();
        });
    out.println("lost: " + lost);
  }

  /** Shows who has won how much, the richest first. */
  static void standings(PrintWriter out, StatsStore stats, PlayerNames names) {
    List<Map.Entry<UUID, PlayerStats>> players =
        stats.all().entrySet().stream()
            .filter(entry -> entry.getValue().games() > 0)
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<UUID, PlayerStats> entry) -> entry.getValue().net())
                    .reversed()
                    .thenComparing(entry -> names.of(entry.getKey())))
            .limit(STANDINGS)
            .toList();
    int place = 0;
    for (Map.Entry<UUID, PlayerStats> entry : players) {
      PlayerStats player = entry.getValue();
      out.printf(
          Locale.ROOT,
          "%3d. %-24s %+,8d rubles  games %d, won %d, balls %d%n",
          ++place,
          names.of(entry.getKey()),
          player.net(),
          player.games(),
          player.wins(),
          player.ballsPotted());
    }
    out.flush();
  }

  @Override
  public void close() {
    timer.shutdown();
    show();
  }
}
