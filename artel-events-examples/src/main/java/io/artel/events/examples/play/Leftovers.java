package io.artel.events.examples.play;

import io.artel.events.FlowObserver;
import io.artel.events.Topology;
import io.artel.events.examples.contract.BilliardsTopology;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What an earlier run left in the queues, because it was killed for example. The services handle it
 * before the play begins, into stores that are thrown away: it is not part of this play.
 */
final class Leftovers {

  private static final long MOMENT_NANOS = Duration.ofMillis(250).toNanos();
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  private Leftovers() {}

  /** Handles what is there; returns how many messages are ready in each queue after that. */
  @SuppressWarnings("try") // the services work while they are open
  static Map<String, Long> handle(
      BrokerAddress address, Topology topology, BrokerLook look, PrintWriter out)
      throws IOException {
    Map<String, Long> ready = look.ready();
    if (consumable(ready) == 0) {
      // What a killed consumer held comes back within a moment.
      LockSupport.parkNanos(MOMENT_NANOS);
      ready = look.ready();
    }
    long left = consumable(ready);
    if (left == 0) {
      return ready;
    }
    out.println(left + " events of an earlier run are handled first.");
    out.flush();
    AtomicLong lastSettled = new AtomicLong(System.nanoTime());
    FlowObserver observer =
        new FlowObserver() {
          @Override
          public void settled(Settlement settlement) {
            lastSettled.set(System.nanoTime());
          }
        };
    long start = System.nanoTime();
    try (Billiards services = Billiards.start(address, topology, observer)) {
      while (System.nanoTime() - start < LONGEST_NANOS
          && (System.nanoTime() - lastSettled.get() < QUIET_NANOS
              || consumable(look.ready()) > 0)) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    return look.ready();
  }

  private static long consumable(Map<String, Long> ready) {
    return Billiards.CONSUMED.stream()
        .filter(queue -> !queue.equals(BilliardsTopology.AUDIT_QUEUE))
        .mapToLong(queue -> ready.getOrDefault(queue, 0L))
        .sum();
  }
}
