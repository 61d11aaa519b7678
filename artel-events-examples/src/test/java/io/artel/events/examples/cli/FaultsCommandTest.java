package io.artel.events.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A scenario that takes seconds, with its table and its report. */
@Timeout(240)
class FaultsCommandTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void faultsShouldPrintATableAndWriteAReport() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Path file = folder.resolve("faults.json");

    int code =
        CommandLines.run(
            new PrintWriter(out),
            new PrintWriter(err),
            "faults",
            "--only",
            "F27",
            "--broker",
            "embedded",
            "--seed",
            "4",
            "--seeds",
            "2",
            "--report",
            file.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines().toList())
        .anyMatch(line -> line.startsWith("F27   embedded "))
        .anyMatch(line -> line.startsWith("1 scenarios, "));
    JsonNode report = new JsonMapper().readTree(file.toFile());
    assertThat(code).isEqualTo(report.path("green").asBoolean() ? 0 : 1);
    assertThat(report.path("first_seed").asInt()).isEqualTo(4);
    JsonNode row = report.path("scenarios").get(0);
    assertThat(row.path("scenario").asText()).isEqualTo("F27");
    assertThat(row.path("broker").asText()).isEqualTo("embedded");
    assertThat(row.path("confirmed").asInt()).isPositive();
    assertThat(row.path("lost").asInt(-1)).isZero();
    assertThat(row.path("inversions").asInt(-1)).isZero();
    assertThat(row.path("runs")).hasSize(2);
    JsonNode run = row.path("runs").get(1);
    assertThat(run.path("seed").asInt()).isEqualTo(5);
    assertThat(run.path("faults").asInt()).isPositive();
    assertThat(run.path("settings").asText()).contains("heartbeat 2 s");
  }
}
