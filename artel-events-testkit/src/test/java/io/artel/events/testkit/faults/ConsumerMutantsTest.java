package io.artel.events.testkit.faults;

import java.util.List;

/** The fault scenarios find the mistakes that a consumer can have, and none where there is none. */
class ConsumerMutantsTest extends Mutants {
  private static final String ACKS = "consume/AckBatch.java";
  private static final String ACTIONS = "consume/FailureActions.java";
  private static final String CONSUMER = "consume/SourceConsumer.java";
  private static final String COPY = "message/FailedCopy.java";
  private static final String SUBSCRIPTION = "consume/QueueSubscription.java";
  private static final String LOST = "confirmed events are lost";

  static final List<Mutant> MUTANTS =
      List.of(
          Mutant.of("automatic acknowledgement", "F18a", LOST)
              .edit(
                  CONSUMER,
                  "channel.basicConsume(queue, false,",
                  "channel.basicConsume(queue, true,")
              .edit(ACKS, "channel.basicAck(tag", "if (tag < 0) channel.basicAck(tag"),
          Mutant.of("acknowledgement before the handler", "F18a", LOST)
              .edit(
                  SUBSCRIPTION,
                  "Ending ending = new Ending(delivery);",
                  "delivery.acknowledge(); Ending ending = new Ending(delivery);")
              .edit(
                  SUBSCRIPTION,
                  """
                            delivery.acknowledge();
                            settled.incrementAndGet();
                  """,
                  """
                            settled.incrementAndGet();
                  """),
          Mutant.of("acknowledgement before the copy is confirmed", "F18b", LOST)
              .edit(
                  ACTIONS,
                  "private void replace(Attempt attempt, Replacement replacement, Duration backoff) {",
                  """
                  private void replace(Attempt attempt, Replacement replacement, Duration backoff) {
                    attempt.ending.guard(replacement.confirmed);
                  """),
          Mutant.of("retry by way of the topic exchange", "F17", "the other service was called")
              .edit(
                  COPY,
                  "return copy(\"\", retryQueue, queue,",
                  "return copy(\"faults.events\", \"fault.step\", queue,"),
          Mutant.of("copy keeps its expiration", "F20a", LOST)
              .edit(
                  COPY,
                  ".deliveryMode(2)",
                  ".deliveryMode(2).expiration(original.getExpiration())"),
          Mutant.of("acknowledgement of what is unfinished", "F18b", LOST)
              .edit(
                  ACKS,
                  "if (tag == finishedUpTo + 1) {",
                  """
                  if (tag > finishedUpTo + 1) {
                    multiple = tag; // and so all before it
                    finishedUpTo = tag;
                  } else if (tag <= finishedUpTo) {
                    return;
                  } else if (tag == finishedUpTo + 1) {
                  """));

  ConsumerMutantsTest() {
    super(MUTANTS);
  }
}
