package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.artel.events.PublishException;
import io.artel.events.PublishException.Stored;
import io.artel.events.amqp.ArtelEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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
    if (args[0].equals("publish")) {
      // A thousand a second, and no more: all that is spooled has to be replayed.
      AtomicInteger number = new AtomicInteger();
      var unused =
          Executors.newSingleThreadScheduledExecutor()
              .scheduleAtFixedRate(
                  () -> publish(artel, number.getAndIncrement(), out), 0, 4, MILLISECONDS);
    }
    System.in.read();
  }

  private static void publish(ArtelEvents artel, int number, PrintStream out) {
    for (UUID session : SESSIONS) {
      String event = session + " " + number;
      artel
          .publisher()
          .publishAsync(SpoolRoom.step(session, number))
          .whenComplete((receipt, failure) -> out.println(outcome(failure) + " " + event));
    }
  }

  private static String outcome(Throwable failure) {
    if (failure == null) {
      return "confirmed";
    }
    Throwable known = failure instanceof CompletionException ? failure.getCause() : failure;
    return known instanceof PublishException e && e.stored() == Stored.SPOOL ? "spooled" : "failed";
  }
}
