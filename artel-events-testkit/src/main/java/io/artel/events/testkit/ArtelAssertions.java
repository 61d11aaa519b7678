package io.artel.events.testkit;

/**
 * Where assertions begin. Its methods can be imported beside AssertJ's own of the same name:
 *
 * <pre>{@code
 * import static io.artel.events.testkit.ArtelAssertions.assertThat;
 * import static org.assertj.core.api.Assertions.assertThat;
 * }</pre>
 *
 * <p>Needs {@code org.assertj:assertj-core} on the class path.
 */
public final class ArtelAssertions {

  private ArtelAssertions() {}

  /** Begins assertions on a queue, which wait until they hold. */
  public static BrokerQueueAssert assertThat(BrokerQueue queue) {
    return new BrokerQueueAssert(queue);
  }

  /** Begins assertions on a flow, which wait until nothing goes on in it by itself. */
  public static FlowAssert assertThat(FlowTracker flow) {
    return new FlowAssert(flow);
  }
}
