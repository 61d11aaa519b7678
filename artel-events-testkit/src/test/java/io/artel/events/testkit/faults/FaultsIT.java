package io.artel.events.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.testkit.FaultReport;
import io.artel.events.testkit.FaultRun;
import io.artel.events.testkit.FaultRunner;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The faults that matter most, once each; {@code ./artel faults} plays all of them. */
@OnRealBrokers(ours = true)
class FaultsIT {

  private final String version;

  FaultsIT(RabbitMq broker) {
    String[] numbers = broker.version().split("\\.", 3);
    version = numbers[0] + "." + numbers[1];
  }

  @Test
  void nothingShouldBeLostOrOutOfOrder() {
    List<FaultReport> reports =
        FaultRunner.builder()
            .only("F1", "F7a", "F7e", "F18b", "F20a", "F21", "F27")
            .broker(version)
            .seeds(1)
            .build()
            .run(report -> {});

    assertThat(reports).hasSize(7);
    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.lost()).as(report.scenario()).isZero();
              assertThat(report.inversions()).as(report.scenario()).isZero();
              assertThat(report.duplicates())
                  .as(report.scenario())
                  .isLessThanOrEqualTo(report.bound());
              assertThat(report.runs())
                  .as(report.scenario())
                  .flatExtracting(FaultRun::violations)
                  .isEmpty();
            });
  }
}
