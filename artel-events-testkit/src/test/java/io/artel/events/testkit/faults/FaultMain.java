package io.artel.events.testkit.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.artel.events.testkit.FaultReport;
import io.artel.events.testkit.FaultRunner;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Plays scenarios on the embedded broker, with one seed, and says why they are red. */
final class FaultMain {
  static final String RED = "RED ";
  static final String END = "PLAYED";

  private FaultMain() {}

  public static void main(String[] arguments) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    List<FaultReport> reports =
        FaultRunner.builder()
            .only(arguments[0].split(","))
            .broker(FaultRunner.EMBEDDED)
            .seeds(1)
            .build()
            .run(report -> {});
    for (FaultReport report : reports) {
      report.runs().stream()
          .flatMap(run -> run.violations().stream())
          .forEach(reason -> System.out.println(RED + report.scenario() + " " + reason));
    }
    System.out.println(END);
    System.exit(0); // a mutant may leave threads behind
  }
}
