package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.artel.events.ConnectionException;
import io.artel.events.RedriveReport;
import io.artel.events.amqp.ArtelEvents;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A redrive whose connections break somewhere, and another one after it: each letter must arrive
 * once, in order.
 */
abstract class RedriveInterrupted extends DeadLetterRoom {

  private static final UUID ANNA = new UUID(7, 1);
  private static final UUID BORIS = new UUID(7, 2);

  /**
   * Redrives through a connection that breaks, then through one that does not.
   *
   * @return whether it was broken
   */
  boolean redriveTwice(String breaking, Raw raw, int count) throws Exception {
    bury(raw, PLAIN, count, ANNA, BORIS);
    boolean broken = false;
    try {
      ArtelEvents.deadLetters(settings(breaking), PLAIN).redrive(ALL, PLAINLY);
    } catch (ConnectionException e) {
      broken = true;
    }
    int already = (int) raw.ready(PLAIN);

    RedriveReport second = deadLetters(PLAIN).redrive(ALL, PLAINLY);

    List<Integer> all = IntStream.range(0, count).boxed().toList();
    await().atMost(LONG).until(raw.readyIn(PLAIN), ready -> ready >= count);
    assertThat(numbersOf(takeAll(raw, PLAIN, count)))
        .as("broken %s, %d had arrived, then %s", broken, already, second)
        .isEqualTo(all);
    assertThat(deadLetters(PLAIN).count()).isZero();
    assertThat(raw.ready("redrive.plain.dlq")).isZero();
    return broken;
  }
}
