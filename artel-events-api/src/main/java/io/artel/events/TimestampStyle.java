package io.artel.events;

/** How {@link Event#timestamp()} is written. Both are read, whatever is chosen. */
public enum TimestampStyle {
  /**
   * UTC without a zone, six fraction digits: {@code 2026-11-23T05:47:00.123456}. The default, since
   * Python services subtract it from {@code datetime.utcnow()}, which fails on values with a zone.
   */
  NAIVE_UTC,
  /** RFC 3339 in UTC, six fraction digits: {@code 2026-11-23T05:47:00.123456Z}. */
  RFC3339
}
