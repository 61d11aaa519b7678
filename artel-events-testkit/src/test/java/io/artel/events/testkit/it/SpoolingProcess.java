package io.artel.events.testkit.it;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Stored;
import io.artel.events.amqp.ArtelEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/**
 * A process to be killed. It publishes events of a few sessions until it is, and says of each where
 * it came to: a line {@code confirmed <session> <number>} or {@code spooled …}. With {@code replay}
 * it publishes only what is in its spool.
 */
final class SpoolingProcess {

  static final List<UUID> SESSIONS = IntStream.range(0, 4).mapToObj(i -> new UUID(7, i)).toList();

  private SpoolingProcess() {}

  public static void main(String[] args) throws Exception {
    ArtelEvents artel =
        ArtelEvents.connect(
            SpoolRoom.settings(args[1], Path.of(args[2]))
                .meterRegistry(new SimpleMeterRegistry())
                .build());
    PrintStream out = System.out;
    out.println("ready");
    for (int number = 0; args[0].equals("publish"); number++) {
      for (UUID session : SESSIONS) {
        String event = session + " " + number;
        artel
            .publisher()
            .publishAsync(SpoolRoom.step(session, number))
            .whenComplete((receipt, failure) -> out.println(outcome(failure) + " " + event));
      }
      Thread.sleep(1); // a few thousand a second: all that is spooled has to be replayed
    }
    System.in.read();
  }

  private static String outcome(Throwable failure) {
    if (failure == null) {
      return "confirmed";
    }
    Throwable known = failure instanceof CompletionException ? failure.getCause() : failure;
    return known instanceof PublishException e && e.stored() == Stored.SPOOL ? "spooled" : "failed";
  }
}
