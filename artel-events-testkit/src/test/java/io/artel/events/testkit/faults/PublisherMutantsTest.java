package io.artel.events.testkit.faults;

import java.util.List;

/**
 * The fault scenarios find the mistakes that a publisher can have, and none where there is none.
 */
class PublisherMutantsTest extends Mutants {
  private static final String PUBLISHER = "publish/ConfirmedPublisher.java";

  static final List<Mutant> MUTANTS =
      List.of(
          Mutant.of("confirm map kept across recovery", "F7f", "confirmed events are lost")
              .edit(
                  PUBLISHER,
                  "private static final int REFUSAL_STORM = 100;",
                  """
                  private static final int REFUSAL_STORM = 100;
                  private final List<ConfirmingChannel> kept =
                      new java.util.concurrent.CopyOnWriteArrayList<>();
                  """)
              .edit(
                  PUBLISHER,
                  "List<Pending> again = gone.takeAll();",
                  "kept.add(gone); List<Pending> again = new ArrayList<>();")
              .edit(
                  PUBLISHER,
                  "List<Pending> settled = on.takeSettled(tag, multiple);",
                  """
                  List<Pending> settled = new ArrayList<>(on.takeSettled(tag, multiple));
                  kept.forEach(old -> settled.addAll(old.takeAll()));
                  """),
          Mutant.of("resend after new ones", "F7f", "handled after a later one of their key")
              .edit(
                  PUBLISHER,
                  "putBack(gone, reason);",
                  """
                  supervisor.later(
                      () -> {
                        lock.lock();
                        try {
                          putBack(gone, reason);
                        } finally {
                          lock.unlock();
                        }
                        sendReady();
                      },
                      Duration.ofMillis(500));
                  """),
          Mutant.of("false success on confirm timeout", "F7c", "confirmed events are lost")
              .edit(
                  PUBLISHER,
                  "&& current.overdue(now, confirmTimeout)) {",
                  """
                  && current.overdue(now, confirmTimeout)) {
                    current.takeAll().forEach(late -> outcomes.finish(late, null));
                  """),
          Mutant.of("mandatory off", "F14", "confirmed events are lost")
              .edit(
                  PUBLISHER,
                  "message.exchange(), message.routingKey(), true,",
                  "message.exchange(), message.routingKey(), false,"));

  PublisherMutantsTest() {
    super(MUTANTS);
  }
}
