package io.artel.events.testkit.internal.faults;

import io.artel.events.amqp.ArtelEvents;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The services of a stage as a process, which tells whoever started it of each call. A handler ends
 * when that is heard, so that a call that follows from its end is never heard of before.
 */
final class ServiceMain {
  static final String READY = "artel> ready";
  static final String BEGIN = "artel> begin ";
  static final String END = "artel> end ";
  static final String MEASURED = "artel> measured ";

  static final String HEARD = "heard ";
  static final String TAKE = "take ";
  static final String RESTART = "restart ";
  static final String MEASURE = "measure";

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final AtomicLong calls = new AtomicLong();
  private final Map<String, CompletableFuture<Void>> unheard = new ConcurrentHashMap<>();
  private final String uris;
  private final String name;
  private StageSettings settings;
  private Services services;
  private ArtelEvents artel;

  private ServiceMain(String uris, String name, StageSettings settings) {
    this.uris = uris;
    this.name = name;
    this.settings = settings;
    this.services = new Services(settings, this::begins);
    this.artel = ArtelEvents.connect(settings.artel(uris, name).build());
    start();
  }

  /**
   * Reads until it is killed, or whoever started it is gone.
   *
   * @param args the URIs of the broker's nodes, the name of the client, and what {@link
   *     StageSettings#ofServices} understands
   */
  public static void main(String[] args) throws IOException {
    ServiceMain main = new ServiceMain(args[0], args[1], StageSettings.ofServices(args[2]));
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        main.told(line);
        line = in.readLine();
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private void start() {
    services.start(artel);
    out.println(READY);
  }

  private void told(String line) {
    if (line.startsWith(HEARD)) {
      CompletableFuture<Void> waiting = unheard.remove(line.substring(HEARD.length()));
      if (waiting != null) {
        waiting.complete(null);
      }
    } else if (line.startsWith(TAKE)) {
      services.handlersTake(Duration.ofMillis(Long.parseLong(line.substring(TAKE.length()))));
    } else if (line.equals(MEASURE)) {
      out.println(MEASURED + Threads.heap() + " " + Thread.getAllStackTraces().size());
    } else if (line.startsWith(RESTART)) {
      // Elsewhere, since handlers that end meanwhile have to be heard.
      new Thread(() -> restart(line.substring(RESTART.length())), "artel-faults-restart").start();
    }
  }

  private void restart(String as) {
    artel.close();
    settings = StageSettings.ofServices(as);
    services = new Services(settings, this::begins);
    artel = ArtelEvents.connect(settings.artel(uris, name).build());
    start();
  }

  private Call.End begins(Call call) {
    String number = Long.toString(calls.incrementAndGet());
    CompletableFuture<Void> heard = new CompletableFuture<>();
    unheard.put(number, heard);
    out.println(BEGIN + number + " " + call.line());
    return well -> {
      out.println(END + number + " " + well);
      heard.join();
    };
  }
}
