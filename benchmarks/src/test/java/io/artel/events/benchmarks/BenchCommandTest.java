package io.artel.events.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void helpNamesTheOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("artel bench", "--quick", "--broker", "--soak", "flow");
  }

  @Test
  void aSoakTellsWhetherAnythingGrows(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("soak.json");

    assertThat(run("--broker", "embedded", "--soak", "1s", "--report", file.toString()))
        .as(err.toString())
        .isZero();

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.path("heap_growth").asDouble()).isPositive();
    assertThat(json.path("threads_growth").asDouble()).isPositive();
    assertThat(json.path("channels_growth").asDouble()).isPositive();
    assertThat(json.path("complete").asBoolean()).isTrue();
    assertThat(json.has("bars_met")).isTrue();
    assertThat(json.path("broker").asText()).startsWith("the embedded broker");
    assertThat(json.path("command").asText())
        .isEqualTo("./artel bench --broker embedded --soak 1s");
  }

  @Test
  void badInputIsToldInOneSentence(@TempDir Path folder) {
    assertThat(run("--soak", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("--soak is 'soon', but must be a time such as 10m or 90s");
    assertThat(run("--broker", "2.0")).isEqualTo(2);
    assertThat(err.toString()).contains("--broker: this machine has no RabbitMQ 2.0");
    assertThat(run("--broker", "amqp://guest:secret@localhost:1")).isEqualTo(2);
    assertThat(err.toString()).contains("--broker: ").doesNotContain("secret", "\tat ");
    assertThat(run("--broker", "embedded,2.0", "--only", "flow")).isEqualTo(2);
    assertThat(out.toString()).as("asked for all before the first").doesNotContain("round");
    assertThat(run("--soak", "1s", "--quick")).isEqualTo(2);
    assertThat(err.toString()).contains("--soak goes with --broker and --report");
    Path nowhere = folder.resolve("no").resolve("report.json");
    assertThat(run("--broker", "embedded", "--report", nowhere.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--report: " + nowhere + " cannot be written there");
  }
}
