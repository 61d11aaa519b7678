package io.artel.events.testkit.internal.junit;

/** What the flow of a failed test did, hung on its failure so that every report shows it. */
final class FlowTimeline extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FlowTimeline(String timeline) {
    super(timeline, null, false, false);
  }
}
