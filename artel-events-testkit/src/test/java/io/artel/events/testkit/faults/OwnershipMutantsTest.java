package io.artel.events.testkit.faults;

import java.util.List;

/**
 * The fault scenarios find the mistakes that a change of owners can have, and none where there is
 * none.
 */
class OwnershipMutantsTest extends Mutants {
  private static final String CONSUMER = "consume/SourceConsumer.java";
  private static final String CONTEXT = "consume/DeliveryContext.java";
  private static final String SESSION = "consume/ChannelSession.java";
  private static final String SUBSCRIPTION = "consume/QueueSubscription.java";
  private static final String INVERSIONS = "handled after a later one of their key";

  private static final String STOPS = "    consumers.forEach(SourceConsumer::beginStop);\n";

  static final List<Mutant> MUTANTS =
      List.of(
          Mutant.of("hand-over by cancelling", "F10a", INVERSIONS)
              .edit(SUBSCRIPTION, STOPS, STOPS + "    consumers.forEach(SourceConsumer::cancel);\n")
              .edit(
                  CONSUMER,
                  "  private int losses() {",
                  """
                    void cancel() {
                      ChannelSession current = session;
                      cancel(current, current.consumerTag);
                    }

                    private int losses() {
                  """),
          Mutant.of("hand-over by returning each by itself", "F10a", INVERSIONS)
              .edit(
                  SUBSCRIPTION,
                  """
                        endRun();
                        return; // the broker delivers it again
                  """,
                  """
                        endRun();
                        try {
                          delivery.session.channel.basicNack(
                              delivery.envelope.getDeliveryTag(), false, true);
                        } catch (IOException e) {
                          log.warn("not returned", e);
                        }
                        return;
                  """),
          Mutant.of("no key lanes", "F10a", "ran beside another of their key")
              .edit(
                  SUBSCRIPTION,
                  "if (lanes == null) {\n      execute",
                  "if (true) {\n      execute"),
          Mutant.of("fencing off", "F11", "went on after the thaw")
              .edit(SESSION, "standstill.nanos() <= longestStandstill && ", "")
              .edit(CONTEXT, "return delivery.session.isOpen();", "return true;"));

  OwnershipMutantsTest() {
    super(MUTANTS);
  }
}
