package io.artel.events.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person may get wrong, none of which needs a broker. */
@Timeout(60)
class CommandLinesTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | say what to do: play, plan, partitions, dlq, broker or faults",
        "dance | dance",
        "play --dance | Unknown option: '--dance'",
        "play --rate -5 | --rate is -5.0, but must be more than 0",
        "play --rate 0 | --rate is 0.0, but must be more than 0",
        "play --rate NaN | --rate is NaN",
        "play --rate fast | Invalid value for option '--rate'",
        "play --sessions 0 | --sessions is 0, but must be 1 to 100000",
        "play --sessions 1.5 | Invalid value for option '--sessions'",
        "play --seconds -1 | --seconds is -1, but must be 1 to 86400",
        "play --script a.jsonl --sessions 3 | --script cannot be combined with --sessions",
        "play --script - --seed 3 | --script cannot be combined with",
        "play --script - --restart-every 3 | --script cannot be combined with",
        "play --instances 0 | --instances is 0, but must be 1 to 16",
        "play --restart-every 0 | --restart-every is 0, but must be 1 to 86400",
        "play --script nowhere.jsonl | script nowhere.jsonl does not exist",
        "play --management http://localhost | --management needs --amqp",
        "play --amqp | Missing required parameter for option '--amqp'",
        "play --amqp http://localhost --sessions 1 | scheme is not amqp(s)",
        "play --amqp amqp://loc alhost | Unmatched argument",
        "play --amqp amqp://localhost --management ftp://localhost | management URI has the form",
        "plan --amqp http://localhost | scheme is not amqp(s)",
        "plan extra | extra",
        "partitions plan game.service.queue --from 8 --amqp amqp://localhost | '--to=N'",
        "partitions grow game.service.queue --from 8 --to 9 --amqp amqp://localhost | 'grow'",
        "partitions rollback some.queue --from 8 --to 9 --amqp amqp://localhost | 'some.queue'",
        "partitions remove-old game.service.queue --from 8 --to 9 --amqp amqp://localhost |"
            + " management API",
        "partitions plan game.service.queue --from 8,0 --to 9 --amqp amqp://localhost |"
            + " formerly is 0",
        "faults --only F99 | there is no fault scenario 'F99'; choose from [F1, F2, F3, F4,",
        "faults --broker 2.8 | there is no broker '2.8' for faults; choose from",
        "faults --only F2 --broker embedded | the embedded broker cannot have the faults [F2]",
        "faults --soak soon | --soak is 'soon', but must be a time such as 30m or 90s",
        "faults --soak 0s | --soak is '0s', but must be a time such as 30m or 90s",
        "faults --soak -30m | --soak is '-30m', but must be a time such as 30m or 90s",
        "faults --soak | Missing required parameter for option '--soak'",
        "faults --only F1,F7a --soak 30m | soak is 1800 s, but F29, which is to last so long, is not",
        "faults --only F29 --broker embedded | the embedded broker cannot have the faults [F29]",
        "faults --seeds 0 | seeds is 0, but must be 1 or more",
        "broker --port 65536 | The port is 65536, but must be from 0 to 65535.",
        "broker --profile 3.9 | There is no profile '3.9'; choose 3.10, 4.0, 4.3.",
      })
  void badInputShouldEndWithOneSentenceAndTwo(String arguments, String sentence) {
    int code = run(arguments == null ? new String[0] : arguments.split(" "));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
    assertOneSentence();
  }

  @Test
  void aPortWhereNobodyListensShouldBeOneSentence() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(run("play", "--amqp", "amqp://guest:s3cret@127.0.0.1:" + port)).isEqualTo(2);
    assertThat(err.toString()).contains("cannot connect").doesNotContain("s3cret");
    assertOneSentence();
  }

  @Test
  void anUnreadableLineShouldBeNamedBeforeAnythingIsConnected() throws IOException {
    Path script = folder.resolve("bad.jsonl");
    Files.writeString(script, "{\"action\":\"join\",\"player\":\"Anna\"}\nnonsense\n");

    assertThat(run("play", "--amqp", "amqp://127.0.0.1:1", "--script", script.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains(script + ", line 2: this is no JSON object");
    assertOneSentence();
  }

  @Test
  void aReportThatCannotBeWrittenShouldBeNoticedBeforeThePlay() {
    assertThat(run("play", "--amqp", "amqp://127.0.0.1:1", "--report", folder.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("the report cannot be written").contains("it is a folder");
    assertOneSentence();

    Path nowhere = folder.resolve("nowhere").resolve("report.json");
    err.getBuffer().setLength(0);
    assertThat(run("play", "--amqp", "amqp://127.0.0.1:1", "--report", nowhere.toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("its folder does not exist");
  }

  @Test
  void aPlayThatDoesNotBeginShouldLeaveNoEmptyReport() {
    Path report = folder.resolve("report.json");

    assertThat(run("play", "--amqp", "http://localhost", "--report", report.toString()))
        .isEqualTo(2);
    assertThat(report).doesNotExist();
  }

  @Test
  void aBrokerShouldRunUntilItIsEnded() throws Exception {
    Thread running = new Thread(() -> run("broker", "--port", "0", "--profile", "3.10"));
    running.start();
    await().until(() -> out.toString().contains("Ctrl-C"));

    String uri = out.toString().lines().findFirst().orElseThrow().replaceAll(".* ", "");
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    try (Connection connection = factory.newConnection()) {
      assertThat(connection.getServerProperties().get("version")).hasToString("3.10.8");
    }
    assertThat(out.toString()).contains("behaves like RabbitMQ 3.10.8, but is no RabbitMQ server");

    running.interrupt();
    running.join(10_000);
    assertThat(running.isAlive()).isFalse();
    assertThatThrownBy(factory::newConnection).isInstanceOf(ConnectException.class);
  }

  @Test
  void helpShouldNotBeAnError() {
    assertThat(run("play", "--help")).isZero();
    assertThat(out.toString()).contains("--script", "--sessions", "--rate", "--report", "--amqp");
    assertThat(err.toString()).isEmpty();
  }

  private int run(String... arguments) {
    return CommandLines.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private void assertOneSentence() {
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).doesNotContain("Exception", "\tat ");
  }
}
