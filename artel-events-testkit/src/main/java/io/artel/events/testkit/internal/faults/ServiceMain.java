package io.artel.events.testkit.internal.faults;

import io.artel.events.amqp.ArtelEvents;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The services of a stage as a process, which tells whoever started it of each call. */
final class ServiceMain {
  static final String READY = "artel> ready";
  static final String BEGIN = "artel> begin ";
  static final String END = "artel> end ";

  private ServiceMain() {}

  /**
   * Reads until it is killed, or whoever started it is gone.
   *
   * @param args the broker's URI, and the name of the client
   */
  public static void main(String[] args) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    StageSettings settings = StageSettings.defaults().apart();
    AtomicLong calls = new AtomicLong();
    Services services =
        new Services(
            settings,
            call -> {
              long number = calls.incrementAndGet();
              out.println(BEGIN + number + " " + call.line());
              return well -> out.println(END + number + " " + well);
            });
    services.start(ArtelEvents.connect(settings.artel(args[0], args[1]).build()));
    out.println(READY);
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      while (in.read() >= 0) {
        // Nothing is said; what matters is the end.
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
