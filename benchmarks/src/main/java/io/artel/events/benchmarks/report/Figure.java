package io.artel.events.benchmarks.report;

/**
 * One row of a table.
 *
 * @param name what was measured
 * @param unit of the values
 */
public record Figure(String name, String unit, Spread values) {}
