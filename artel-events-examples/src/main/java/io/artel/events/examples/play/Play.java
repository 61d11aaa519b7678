package io.artel.events.examples.play;

import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.BrokerInfo;
import io.artel.events.examples.contract.Around;
import io.artel.events.examples.contract.BilliardsTopology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One play from beginning to end: starts the services, plays, waits until everything has come to
 * its end, and counts.
 */
public final class Play {

  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(10);

  /** A broker may hide a dead letter for some seconds while it moves it. */
  private static final long SEARCH_NANOS = Duration.ofSeconds(20).toNanos();

  private static final long SEARCH_AGAIN_NANOS = Duration.ofMillis(500).toNanos();

  private final BrokerAddress address;
  private final PlayOptions options;
  private final BufferedReader in;
  private final PrintWriter out;
  private final boolean terminal;
  private final Topology topology = BilliardsTopology.ordered();
  private final PlayerNames names = new PlayerNames();
  private final AtomicLong restarts = new AtomicLong();

  /**
   * A play.
   *
   * @param in where the actions of an interactive play come from
   * @param out where the play is shown
   * @param terminal whether {@code out} is a terminal
   */
  public Play(
      BrokerAddress address,
      PlayOptions options,
      BufferedReader in,
      PrintWriter out,
      boolean terminal) {
    this.address = address;
    this.options = options;
    this.in = in;
    this.out = out;
    this.terminal = terminal;
  }

  /** The report, and what is left to look at. */
  record Played(Report report, Billiards services, Set<UUID> differing) {}

  /**
   * Plays.
   *
   * @throws io.artel.events.ArtelException if the broker is not there, refuses, or has something
   *     else by one of the names
   * @throws IllegalArgumentException if the address is none
   * @throws IOException if the broker cannot be looked into, or the input cannot be read
   */
  public Report run() throws IOException {
    return play().report();
  }

  Played play() throws IOException {
    ArtelEvents.declare(
        Billiards.settings(
            address, topology, Billiards.PLAYERS, io.artel.events.FlowObserver.NONE));
    Map<String, Long> before;
    try (BrokerLook look = BrokerLook.open(address, topology.layout())) {
      before = Leftovers.handle(address, topology, look, out);
    }
    FlowRecorder recorder = new FlowRecorder(topology);
    Long seed = options.chaos();
    Chaos chaos = seed == null ? null : new Chaos(seed);
    SessionWatch watch = new SessionWatch(recorder::begun);
    Billiards services =
        Billiards.start(
            address,
            topology,
            chaos == null ? recorder : new BothObservers(recorder, chaos),
            new Billiards.Crew(
                options.instances(),
                options.restartEvery() > 0,
                watch,
                chaos == null ? Around.NOTHING : chaos));
    BrokerInfo broker = services.broker();
    out.println("Playing on " + broker + ".");
    out.flush();
    long start = System.nanoTime();
    List<String> refusals;
    try (services) {
      refusals = drive(services, recorder);
      if (!Drain.await(recorder, Drain.PATIENCE)) {
        out.println("Some events have no outcome yet, and nothing happens any more.");
      }
    }
    refusals.forEach(out::println);
    Losses losses = search(recorder, before);
    Set<UUID> differing =
        Consistency.differing(recorder.expectedTotals(), services.games(), services.stats());
    double seconds = Math.max(1, recorder.lastConfirmedNanos() - start) / 1e9;
    Report report = report(broker, recorder, watch, losses, differing.size(), seconds, chaos);
    Display.standings(out, services.stats(), names);
    summarize(report, recorder, losses);
    return new Played(report, services, differing);
  }

  private List<String> drive(Billiards services, FlowRecorder recorder) throws IOException {
    Clock clock = Clock.systemUTC();
    Driver driver = new Driver(services.players(), recorder, options.rate());
    recorder.warmUntil(clock.instant().plus(warmUp()));
    if (options.interactive()) {
      new InteractivePlay(recorder, driver, services.games(), names).play(in, out);
      return List.of();
    }
    Script script = options.script();
    if (script != null) {
      ScriptMoves moves = new ScriptMoves(script.actions(), clock, names);
      drive(services, recorder, driver, moves);
      return refusals(moves, services);
    }
    Instant end = clock.instant().plusSeconds(options.seconds());
    drive(
        services,
        recorder,
        driver,
        new GeneratedMoves(options.sessions(), options.seed(), clock, end, names));
    return List.of();
  }

  @SuppressWarnings("try") // the display draws while it is open, and instances are restarted
  private void drive(Billiards services, FlowRecorder recorder, Driver driver, Moves moves) {
    try (Display display =
        new Display(out, terminal, recorder, services.scoreboard(), moves, names)) {
      try (Restarts open =
          new Restarts(services, Duration.ofSeconds(options.restartEvery()), restarts)) {
        driver.play(moves);
      }
      Drain.await(recorder, Drain.PATIENCE);
    }
  }

  private Duration warmUp() {
    Duration fifth = Duration.ofSeconds(options.seconds()).dividedBy(5);
    return fifth.compareTo(LONGEST_WARM_UP) < 0 ? fifth : LONGEST_WARM_UP;
  }

  private static List<String> refusals(ScriptMoves moves, Billiards services) {
    List<String> refusals = new ArrayList<>(moves.refusals());
    moves.origins().entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().line()))
        .forEach(
            entry ->
                services
                    .games()
                    .refusal(entry.getKey())
                    .ifPresent(
                        reason ->
                            refusals.add(
                                "line " + entry.getValue().line() + " refused: " + reason)));
    return refusals;
  }

  /** Where the events without an outcome are; nobody consumes any more. */
  private Losses search(FlowRecorder recorder, Map<String, Long> before) {
    long start = System.nanoTime();
    long outstanding = recorder.ledgers().stream().mapToLong(QueueLedger::outstanding).sum();
    Losses losses = new Losses(outstanding, 0, 0);
    while (losses.lost() > 0) {
      try (BrokerLook look = BrokerLook.open(address, topology.layout())) {
        losses = Losses.find(recorder.ledgers(), before, look);
      } catch (IOException e) {
        out.println("The queues cannot be searched: " + e.getMessage());
      }
      if (losses.lost() == 0 || System.nanoTime() - start > SEARCH_NANOS) {
        break;
      }
      LockSupport.parkNanos(SEARCH_AGAIN_NANOS);
    }
    return losses;
  }

  private Report report(
      BrokerInfo broker,
      FlowRecorder recorder,
      SessionWatch watch,
      Losses losses,
      int inconsistent,
      double seconds,
      @Nullable Chaos chaos) {
    return new Report(
        new Report.Broker(broker.product(), broker.version()),
        recorder.published(),
        recorder.confirmedCount(),
        recorder.handled(),
        recorder.deadLettered() + losses.deadLettered(),
        losses.lost(),
        inconsistent,
        recorder.duplicates(),
        recorder.inversions(),
        watch.overlaps(),
        restarts.get(),
        rounded(recorder.latencies().criticalMillis(50)),
        rounded(recorder.latencies().criticalMillis(99)),
        rounded(recorder.latencies().processingMillis(99)),
        rounded(recorder.confirmedCount() / seconds),
        rounded((recorder.published() + recorder.delivered()) / seconds),
        chaos == null ? null : chaos.table());
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1000) / 1000.0;
  }

  private void summarize(Report report, FlowRecorder recorder, Losses losses) {
    if (recorder.failedCount() > 0) {
      out.println(
          recorder.failedCount() + " events were not confirmed; the latest: " + recorder.failure());
    }
    if (options.instances() > 1 || report.restarts() > 0) {
      out.printf(
          Locale.ROOT,
          "%d instances, restarted %d times: %d events out of order, %d overlaps in a session.%n",
          options.instances(),
          report.restarts(),
          report.orderInversions(),
          report.sessionOverlaps());
    }
    if (losses.waiting() > 0) {
      out.println(losses.waiting() + " events still wait in queues.");
    }
    Map<String, Map<String, Long>> chaos = report.chaos();
    if (chaos != null) {
      Display.chaos(out, chaos, report.lost());
    }
    out.printf(
        Locale.ROOT,
        "%,d events confirmed, %,d handled, %d dead-lettered, %d lost, %d players inconsistent;"
            + " %,.0f events/s, published to handled p50 %.1f ms, p99 %.1f ms.%n",
        report.confirmed(),
        report.handled(),
        report.deadLettered(),
        report.lost(),
        report.inconsistent(),
        report.eventsPerSecond(),
        report.criticalP50Ms(),
        report.criticalP99Ms());
    out.flush();
  }
}
