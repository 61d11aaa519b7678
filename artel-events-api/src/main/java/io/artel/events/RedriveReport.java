package io.artel.events;

/**
 * What became of the dead letters that were meant.
 *
 * @param redriven how many were put back; of a dry run, how many would be
 * @param resumed how many of an earlier redrive, which was interrupted, were put back first,
 *     whatever the filter says; of a dry run, how many wait for it
 * @param tooOften how many stay because they were put back too often before
 * @param homeless how many stay because they do not say where they belong, or belong to a queue
 *     that the topology does not have; only where nothing took them in the first place
 */
public record RedriveReport(long redriven, long resumed, long tooOften, long homeless) {}
