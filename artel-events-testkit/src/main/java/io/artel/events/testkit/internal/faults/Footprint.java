package io.artel.events.testkit.internal.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stage keeps at a moment: in the process of its publisher, which is this one, and in the
 * process of services that runs from the beginning to the end.
 *
 * @param serviceHeap bytes in use after a collection
 * @param heap the same of this process; the oracle's notes are among them
 * @param isHeapItsOwn whether nothing else is played in this process
 * @param sent how many events the oracle knows of
 * @param threads of the publisher
 * @param connections of all
 * @param channels of all, as the broker counts them
 */
record Footprint(
    long serviceHeap,
    long serviceThreads,
    long heap,
    boolean isHeapItsOwn,
    long sent,
    long threads,
    long connections,
    long channels) {
  private static final long MEBIBYTE = 1024 * 1024;

  /** A heap that is flat is not the same after each collection. */
  private static final double HEAP_FACTOR = 1.25;

  private static final long HEAP_MORE = 4 * MEBIBYTE;

  /** The oracle's notes of an event whose publish and handler went as they should. */
  private static final long NOTES_OF_EVENT = 16;

  /** Some may just be coming or going. */
  private static final long FEW = 4;

  private static final int LOOKS = 10;
  private static final Duration LOOK = Duration.ofSeconds(2);

  /**
   * What there is when connections that others have lost are gone; all clients have the same
   * number.
   */
  static Footprint of(Stage stage) throws InterruptedException {
    int most = stage.artel.connections().size() * (1 + stage.services().size());
    stage.await("no more than " + most + " connections are open", () -> open(stage) <= most);
    ServiceProcess.Kept service = stage.services().get(0).measure();
    return new Footprint(
        service.heap(),
        service.threads(),
        Threads.heap(),
        !Play.hasOthers(),
        stage.oracle.verdict(0).sent(),
        Threads.of(stage).size(),
        open(stage),
        stage
            .node
            .rabbitMq()
            .ctl("list_channels", "vhost")
            .lines()
            .filter(line -> line.strip().equals(stage.name))
            .count());
  }

  private static int open(Stage stage) {
    return stage.proxy.openConnections() + stage.serviceProxy.openConnections();
  }

  /** Makes sure that nothing has grown since then; what is going gets some time to be gone. */
  void staysFlat(Stage stage) throws InterruptedException {
    Footprint now = of(stage);
    for (int i = 0; i < LOOKS && !grownTo(now).isEmpty(); i++) {
      stage.flow(LOOK);
      now = of(stage);
    }
    grownTo(now).forEach(stage::problem);
    figures(stage, "_before");
    now.figures(stage, "_after");
  }

  private void figures(Stage stage, String when) {
    stage.figure("heap_service" + when + "_mb", serviceHeap / MEBIBYTE);
    stage.figure("heap_publisher" + when + "_mb", heap / MEBIBYTE);
    stage.figure("threads_service" + when, serviceThreads);
    stage.figure("threads_publisher" + when, threads);
    stage.figure("connections" + when, connections);
    stage.figure("channels" + when, channels);
  }

  /** What has grown more than it may, a sentence each. */
  List<String> grownTo(Footprint now) {
    List<String> grown = new ArrayList<>();
    heap(grown, "a service", serviceHeap, now.serviceHeap, 0);
    if (isHeapItsOwn && now.isHeapItsOwn) {
      heap(grown, "the publisher's process", heap, now.heap, NOTES_OF_EVENT * (now.sent - sent));
    }
    count(grown, "threads of a service", serviceThreads, now.serviceThreads);
    count(grown, "threads of the publisher", threads, now.threads);
    count(grown, "connections", connections, now.connections);
    count(grown, "channels", channels, now.channels);
    return grown;
  }

  private static void heap(List<String> grown, String whose, long before, long now, long notes) {
    long allowed = (long) (before * HEAP_FACTOR) + HEAP_MORE + notes;
    if (now > allowed) {
      grown.add(
          "the heap of "
              + whose
              + " grew from "
              + before / MEBIBYTE
              + " to "
              + now / MEBIBYTE
              + " MiB, but may grow to "
              + allowed / MEBIBYTE);
    }
  }

  private static void count(List<String> grown, String what, long before, long now) {
    if (now > before + FEW) {
      grown.add(what + " were " + before + " and are " + now + ", more than " + FEW + " more");
    }
  }
}
