package io.artel.events;

/**
 * How dead letters are put back. Immutable.
 *
 * @param perSecond how many per second at most; {@link Double#MAX_VALUE}, as fast as it goes,
 *     unless given
 * @param maxRedrives what was put back so often before stays where it is; 3 unless given
 * @param isDryRun whether nothing is put back, only counted; false unless asked for
 */
public record RedriveOptions(double perSecond, int maxRedrives, boolean isDryRun) {

  /** How often a dead letter is put back unless said otherwise. */
  public static final int DEFAULT_MAX_REDRIVES = 3;

  /** Checks the figures. */
  public RedriveOptions {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("rate is " + perSecond + ", but must be more than 0");
    }
    if (maxRedrives < 1) {
      throw new IllegalArgumentException(
          "maxRedrives is " + maxRedrives + ", but must be 1 or more");
    }
  }

  /** As fast as it goes, up to three times each. */
  public static RedriveOptions defaults() {
    return new RedriveOptions(Double.MAX_VALUE, DEFAULT_MAX_REDRIVES, false);
  }

  /** So many per second at most. */
  public RedriveOptions rate(double mostPerSecond) {
    return new RedriveOptions(mostPerSecond, maxRedrives, isDryRun);
  }

  /**
   * What was put back so often before stays where it is: an event that fails again and again needs
   * somebody to look at it.
   */
  public RedriveOptions maxRedrives(int times) {
    return new RedriveOptions(perSecond, times, isDryRun);
  }

  /** Puts nothing back, but counts what would be. */
  public RedriveOptions dryRun() {
    return new RedriveOptions(perSecond, maxRedrives, true);
  }
}
