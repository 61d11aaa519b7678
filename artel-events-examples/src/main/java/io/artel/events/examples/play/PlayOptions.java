package io.artel.events.examples.play;

import org.jspecify.annotations.Nullable;

/**
 * What is played.
 *
 * @param script a script, or null for generated games
 * @param interactive whether actions are read from the standard input instead
 * @param sessions how many generated sessions play at once
 * @param seconds how long they play
 * @param seed what decides what they play
 * @param rate how many events per second may be published, by everybody together
 * @param instances how many instances there are of each service that reads a shared queue
 * @param restartEvery after how many seconds one of them is restarted, each time; 0 for never
 * @param chaos what decides which handlers fail, or null if none should
 */
public record PlayOptions(
    @Nullable Script script,
    boolean interactive,
    int sessions,
    int seconds,
    long seed,
    double rate,
    int instances,
    int restartEvery,
    @Nullable Long chaos) {

  /** Generated games. */
  public static PlayOptions generated(int sessions, int seconds, long seed, double rate) {
    return new PlayOptions(null, false, sessions, seconds, seed, rate, 1, 0, null);
  }

  /** A script. */
  public static PlayOptions script(Script script, double rate) {
    return new PlayOptions(script, false, 0, 0, 0, rate, 1, 0, null);
  }

  /** Actions from the standard input. */
  public static PlayOptions fromInput(double rate) {
    return new PlayOptions(null, true, 0, 0, 0, rate, 1, 0, null);
  }

  /** The same, with handlers that fail as this seed says. */
  public PlayOptions withChaos(long chaosSeed) {
    return new PlayOptions(
        script, interactive, sessions, seconds, seed, rate, instances, restartEvery, chaosSeed);
  }

  /** The same with several instances, of which one is restarted every so many seconds. */
  public PlayOptions withInstances(int number, int restartEverySeconds) {
    return new PlayOptions(
        script, interactive, sessions, seconds, seed, rate, number, restartEverySeconds, chaos);
  }
}
