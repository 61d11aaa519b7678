package io.artel.events.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.artel.events.FlowObserver;
import io.artel.events.PermanentException;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.examples.contract.BilliardsEvents;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.examples.play.Billiards;
import io.artel.events.examples.play.BrokerAddress;
import io.artel.events.testkit.EmbeddedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterCommandTest {

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final UUID user = UUID.randomUUID();

  @BeforeEach
  void failOnce() throws Exception {
    try (ArtelEvents artel =
        ArtelEvents.connect(
            Billiards.settings(
                new BrokerAddress(broker.amqpUri(), null),
                BilliardsTopology.ordered(),
                "test",
                FlowObserver.NONE))) {
      artel
          .subscribe(BilliardsTopology.STATS_QUEUE)
          .on(
              BilliardsEvents.USER_REGISTERED,
              (event, context) -> {
                throw new PermanentException("no room");
              })
          .start();
      artel
          .publisher()
          .publish(
              BilliardsEvents.USER_REGISTERED
                  .event(new BilliardsEvents.UserSeen("Anna"))
                  .user(user));
      broker.queue("stats.service.dlq").awaitReady(1);
    }
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return CommandLines.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private int dlq(String command, String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "dlq";
    all[1] = command;
    all[2] = "--amqp";
    all[3] = broker.amqpUri();
    System.arraycopy(more, 0, all, 4, more.length);
    return run(all);
  }

  private JsonNode json() throws Exception {
    return JsonMapper.builder().build().readTree(out.toString());
  }

  @Test
  void aDeadLetterShouldBeListedShownAndPutBack() throws Exception {
    assertThat(dlq("list")).isZero();
    assertThat(out.toString())
        .contains("stats.service.dlq", "auth.user_registered", "permanent", "no room")
        .contains("1 dead letter");
    assertThat(dlq("list", "--queue", "stats.service.queue", "--json")).isZero();
    String id = json().path("id").asText();

    assertThat(dlq("show", id)).isZero();
    assertThat(out.toString()).contains("header error_class: permanent").doesNotContain("Anna");
    assertThat(dlq("show", id, "--body", "--json")).isZero();
    assertThat(json().path("body").asText()).contains("Anna");
    assertThat(json().path("headers").path("failed_queue").asText())
        .isEqualTo("stats.service.queue");

    assertThat(dlq("redrive", "--queue", "stats.service.dlq", "--dry-run")).isZero();
    assertThat(out.toString()).contains("1 would be put back");
    assertThat(dlq("redrive", "--queue", "stats.service.dlq", "--json")).isZero();
    assertThat(json().path("redriven").asInt()).isEqualTo(1);
    broker.queue("stats.service.queue").awaitReady(1);
    assertThat(dlq("list")).isZero();
    assertThat(out.toString()).contains("0 dead letters");
  }

  @Test
  void onlyWhatFitsShouldBeThrownAway() {
    assertThat(dlq("purge", "--type", "game.*", "--yes")).isZero();
    assertThat(dlq("purge", "--older-than", "1h", "--yes")).isZero();
    assertThat(dlq("purge", "--error-class", "permanent", "--dry-run")).isZero();
    assertThat(out.toString()).contains("stats.service.dlq: 1 would be thrown away");
    assertThat(dlq("list")).isZero();
    assertThat(out.toString()).contains("1 dead letter");

    assertThat(dlq("purge", "--error-class", "permanent", "--yes")).isZero();

    assertThat(out.toString()).contains("stats.service.dlq: 1 thrown away");
    assertThat(dlq("list")).isZero();
    assertThat(out.toString()).contains("0 dead letters");
  }

  @Test
  void whatCannotBeDoneShouldBeOneSentence() {
    fails("dlq");
    fails("dlq", "list");
    fails("dlq", "list", "--amqp", broker.amqpUri(), "--queue", "other.queue");
    assertThat(err.toString()).contains("'other.dlq' is not on the broker");
    fails("dlq", "list", "--amqp", broker.amqpUri(), "--older-than", "soon");
    fails("dlq", "list", "--amqp", broker.amqpUri(), "--session", "Anna");
    fails("dlq", "show", "--amqp", broker.amqpUri(), "no-such-id");
    fails("dlq", "purge", "--amqp", broker.amqpUri());
    assertThat(err.toString()).contains("--yes");
    fails("dlq", "redrive", "--amqp", broker.amqpUri(), "--rate", "0");
    fails("dlq", "list", "--amqp", "amqp://guest:secret@localhost:1/");
    assertThat(err.toString()).doesNotContain("secret");
  }

  private void fails(String... arguments) {
    assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
    assertThat(err.toString().strip()).isNotEmpty().doesNotContain("\n");
  }

  @Test
  void textFromTheBrokerShouldNotReachTheTerminalAsItIs() {
    assertThat(Printable.of("a\u001b[2Kb\nc\u202e")).isEqualTo("a\uFFFD[2Kb\uFFFDc\uFFFD");
  }
}
