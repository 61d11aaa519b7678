package io.artel.events.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link DeliveryOracle} found.
 *
 * @param sent publishes
 * @param confirmed publishes that the broker confirmed
 * @param nacked publishes that ended as {@code REJECTED}
 * @param returned publishes that ended as {@code UNROUTABLE}
 * @param notSent publishes that ended as {@code NOT_SENT}
 * @param unknown publishes that ended as {@code UNKNOWN}
 * @param withoutOutcome publishes that never ended
 * @param handled handlers that ended well, in all queues, repeated ones included
 * @param remaining events that lie in a queue, a dead-letter queue, or unrouted
 * @param lost confirmed events that are neither handled nor remain, counted for each queue
 * @param lostExamples some of them, as {@code queue key#number}
 * @param inversions events whose first good handling came after that of a later one of their key
 * @param inversionExamples some of them, as {@code queue key#number after number}
 * @param regressions handlers that began after one of a later event of the key; redelivery does
 *     this
 * @param overlaps handlers that began while another of their key and queue was running
 * @param duplicates good handlings beyond the first of each event
 * @param bound how many duplicates the faults explain
 * @param unexplained duplicates that the broker did not call redelivered, of events that were sent
 *     once
 */
public record DeliveryVerdict(
    long sent,
    long confirmed,
    long nacked,
    long returned,
    long notSent,
    long unknown,
    long withoutOutcome,
    long handled,
    long remaining,
    long lost,
    List<String> lostExamples,
    long inversions,
    List<String> inversionExamples,
    long regressions,
    long overlaps,
    long duplicates,
    long bound,
    long unexplained) {

  /** Makes the examples unchangeable. */
  public DeliveryVerdict {
    lostExamples = List.copyOf(lostExamples);
    inversionExamples = List.copyOf(inversionExamples);
  }

  /** What is wrong, a sentence each; empty if all is well. */
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    if (confirmed == 0) {
      violations.add("nothing was confirmed, so nothing was shown");
    }
    if (handled == 0) {
      violations.add("nothing was handled, so nothing was shown");
    }
    if (lost > 0) {
      violations.add(lost + " confirmed events are lost, among them " + lostExamples);
    }
    if (inversions > 0) {
      violations.add(
          inversions
              + " events were handled after a later one of their key, among them "
              + inversionExamples);
    }
    if (duplicates > bound) {
      violations.add(duplicates + " duplicates are more than the bound of " + bound);
    }
    if (unexplained > 0) {
      violations.add(unexplained + " events were sent once and came twice as new");
    }
    if (withoutOutcome > 0) {
      violations.add(withoutOutcome + " publishes never ended");
    }
    return violations;
  }
}
