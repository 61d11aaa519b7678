package io.artel.events.examples.play;

import static io.artel.events.examples.contract.BilliardsEvents.FRIEND_REQUEST_SENT;
import static io.artel.events.examples.contract.BilliardsEvents.SESSION_CREATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.artel.events.FlowObserver;
import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.examples.audit.AuditEntry;
import io.artel.events.examples.cli.CommandLines;
import io.artel.events.examples.contract.BilliardsEvents.Friendship;
import io.artel.events.examples.contract.BilliardsEvents.SessionCreated;
import io.artel.events.examples.contract.BilliardsTopology;
import io.artel.events.testkit.RabbitMq;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** The whole program on real brokers, each test in a virtual host of its own. */
@ParameterizedClass(name = "{0}", allowZeroInvocations = true, autoCloseArguments = false)
@ArgumentsSource(RealBrokers.class)
class PlayIT {

  private final RabbitMq broker;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private BrokerAddress address = new BrokerAddress("", null);

  @TempDir private Path folder = Path.of("");

  PlayIT(RabbitMq broker) {
    this.broker = broker;
  }

  @BeforeEach
  void useAVirtualHostOfItsOwn() {
    address = new BrokerAddress(broker.createVhost("play-" + UUID.randomUUID()), null);
  }

  @Test
  void aGeneratedPlayShouldLoseNothingAndReportEverything() throws IOException {
    Path report = folder.resolve("report.json");

    int code =
        run(
            "play",
            "--amqp",
            address.amqp(),
            "--sessions",
            "20",
            "--seconds",
            "5",
            "--seed",
            "7",
            "--rate",
            "300",
            "--report",
            report.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    JsonNode json = JsonMapper.builder().build().readTree(report.toFile());
    assertThat(names(json))
        .containsExactly(
            "broker",
            "published",
            "confirmed",
            "handled",
            "dead_lettered",
            "lost",
            "inconsistent",
            "duplicates",
            "order_inversions",
            "session_overlaps",
            "restarts",
            "critical_p50_ms",
            "critical_p99_ms",
            "processing_p99_ms",
            "events_per_second",
            "messages_per_second");
    assertThat(json.path("broker").path("product").asText()).isEqualTo("RabbitMQ");
    assertThat(json.path("broker").path("version").asText()).isEqualTo(broker.version());
    for (String zero :
        List.of("lost", "inconsistent", "dead_lettered", "order_inversions", "restarts")) {
      assertThat(json.path(zero).asLong(-1)).as(zero).isZero();
    }
    assertThat(json.path("confirmed").asLong())
        .isEqualTo(json.path("published").asLong())
        .isGreaterThan(500);
    assertThat(json.path("handled").asLong()).isGreaterThan(300);
    assertThat(json.path("critical_p50_ms").asDouble()).isPositive();
    assertThat(json.path("critical_p99_ms").asDouble())
        .isGreaterThanOrEqualTo(json.path("critical_p50_ms").asDouble());
    assertThat(json.path("processing_p99_ms").asDouble()).isPositive();
    assertThat(json.path("events_per_second").asDouble()).isBetween(50.0, 350.0);
    assertThat(json.path("messages_per_second").asDouble())
        .isGreaterThan(2 * json.path("events_per_second").asDouble());
  }

  @Test
  void everyScriptShouldBePlayedWithoutALoss() {
    for (String script : List.of("two-friends", "company-evening", "against-the-rules")) {
      int code =
          run(
              "play",
              "--amqp",
              address.amqp(),
              "--script",
              Path.of("scripts", script + ".jsonl").toString());

      assertThat(err.toString()).isEmpty();
      assertThat(code).as(script).isZero();
    }
    assertThat(out.toString())
        .contains("line 7 refused: it is another player's turn")
        .containsPattern("Maria +\\+340 rubles")
        .contains("0 lost, 0 players inconsistent");
  }

  @Test
  void theAuditShouldSeeEachFlowFromItsFirstEventToItsLast() throws Exception {
    Script script = Script.read(Path.of("scripts", "two-friends.jsonl"));

    Play.Played played = play(PlayOptions.script(script, 500), "");

    assertThat(played.report().isClean()).isTrue();
    List<AuditEntry> audit = played.services().audit().latest();
    assertThat(audit)
        .extracting(AuditEntry::eventId)
        .hasSize((int) played.report().confirmed())
        .doesNotHaveDuplicates();
    Map<UUID, List<AuditEntry>> flows =
        audit.stream().collect(Collectors.groupingBy(AuditEntry::flowId));
    assertThat(flows.keySet()).hasSize(22);
    assertThat(typesOf("game.ball_potted", flows))
        .hasSize(8)
        .allSatisfy(
            types ->
                assertThat(types)
                    .containsExactlyInAnyOrder(
                        "game.ball_potted", "stats.ball_potted", "websocket.score_updated"));
    assertThat(typesOf("game.ended", flows))
        .singleElement()
        .satisfies(
            types ->
                assertThat(types)
                    .contains(
                        "stats.game_completed",
                        "stats.achievement_check",
                        "stats.user_rank_updated",
                        "notifications.game_completed",
                        "notifications.achievement_unlocked",
                        "websocket.game_completed",
                        "websocket.notification"));
    assertThat(audit)
        .allSatisfy(
            entry ->
                assertThat(entry.causationId() == null)
                    .isEqualTo(entry.eventId().equals(entry.flowId())));
  }

  @Test
  void aPersonShouldBeAbleToPlayAFrame() throws IOException {
    play(
        PlayOptions.fromInput(100),
        """
        {"action":"join","player":"Anna"}
        {"action":"join","player":"Boris"}
        {"action":"start"}
        {"action":"pot","ball":"red"}
        {"action":"pot","player":"Boris","ball":"red"}
        rubbish
        {"action":"turn"}
        {"action":"end"}
        """);

    assertThat(out.toString().lines().skip(1).limit(8))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("ok: here are Anna; no game is running"),
            line -> assertThat(line).isEqualTo("ok: here are Anna, Boris; no game is running"),
            line ->
                assertThat(line)
                    .isEqualTo("ok: Anna 0, Boris 0; Anna is at the table, 15 balls left"),
            line ->
                assertThat(line)
                    .isEqualTo("ok: Anna 4, Boris 0; Anna is at the table, 14 balls left"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "refused: it is another player's turn"
                            + " (Anna 4, Boris 0; Anna is at the table, 14 balls left)"),
            line -> assertThat(line).startsWith("refused: line 6: this is no JSON object"),
            line ->
                assertThat(line)
                    .isEqualTo("ok: Anna 4, Boris 0; Boris is at the table, 14 balls left"),
            line ->
                assertThat(line).isEqualTo("ok: 1. Anna 4 (+40 rubles), 2. Boris 0 (-40 rubles)"));
  }

  @Test
  void whatAnEarlierRunLeftShouldNotDisturbAPlay() throws Exception {
    try (ArtelEvents earlier = players(FlowObserver.NONE)) {
      Script script = Script.read(Path.of("scripts", "two-friends.jsonl"));
      ScriptMoves moves = new ScriptMoves(script.actions(), Clock.systemUTC(), new PlayerNames());
      for (Move move : Flows.all(moves).subList(0, 10)) {
        earlier.publisher().publish(move.event());
      }
    }

    Script script = Script.read(Path.of("scripts", "two-friends.jsonl"));
    Play.Played played = play(PlayOptions.script(script, 500), "");

    assertThat(out.toString()).containsPattern("\\d+ events of an earlier run are handled first");
    assertThat(played.report().isClean()).isTrue();
    assertThat(played.report().duplicates()).isZero();
  }

  @Test
  void anEventShouldBeFoundWhereItWaitsAndMissedWhereItIsGone() throws Exception {
    Topology topology = BilliardsTopology.ordered();
    FlowRecorder recorder = new FlowRecorder(topology);
    try (ArtelEvents players = players(recorder)) {
      players
          .publisher()
          .publish(FRIEND_REQUEST_SENT.event(new Friendship(UUID.randomUUID(), UUID.randomUUID())));
      players
          .publisher()
          .publish(
              SESSION_CREATED
                  .event(new SessionCreated(UUID.randomUUID()))
                  .session(UUID.randomUUID()));
    }
    // The friends queue, the notifications queue, one partition.
    assertThat(losses(recorder)).isEqualTo(new Losses(0, 3, 0));

    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address.amqp());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.queuePurge(BilliardsTopology.FRIENDS_QUEUE);
      long tag =
          channel
              .basicGet(BilliardsTopology.NOTIFICATIONS_QUEUE, false)
              .getEnvelope()
              .getDeliveryTag();
      channel.basicReject(tag, false);
    }
    await().untilAsserted(() -> assertThat(losses(recorder)).isEqualTo(new Losses(1, 1, 1)));
  }

  @Test
  void thePlanShouldHaveNothingToDoAfterAPlay() {
    assertThat(run("plan", "--amqp", address.amqp())).isEqualTo(1);
    assertThat(out.toString()).contains("missing");
    ArtelEvents.declare(
        Billiards.settings(address, BilliardsTopology.ordered(), "declaring", FlowObserver.NONE));
    out.getBuffer().setLength(0);

    assertThat(run("plan", "--amqp", address.amqp(), "--management", broker.managementUri()))
        .isZero();
    assertThat(out.toString()).contains("nothing to do");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatTheBrokerRefusesShouldBeOneSentenceAndTwo() throws Exception {
    refused("refused user", address.amqp().replace(":guest@", ":s3cret@"));
    refused("no virtual host", address.amqp().replace("play-", "nowhere-"));

    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(address.amqp());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(BilliardsTopology.STATS_QUEUE, true, false, false, Map.of());
    }
    refused(BilliardsTopology.STATS_QUEUE, address.amqp());
  }

  private void refused(String reason, String uri) {
    err.getBuffer().setLength(0);

    assertThat(run("play", "--amqp", uri, "--sessions", "1", "--seconds", "1")).isEqualTo(2);
    assertThat(err.toString()).contains(reason).doesNotContain("s3cret", "Exception", "\tat ");
    assertThat(err.toString().lines()).hasSize(1);
  }

  private Losses losses(FlowRecorder recorder) throws IOException {
    try (BrokerLook look = BrokerLook.open(address, BilliardsTopology.ordered().layout())) {
      return Losses.find(recorder.ledgers(), Map.of(), look);
    }
  }

  private ArtelEvents players(FlowObserver observer) {
    return ArtelEvents.connect(
        Billiards.settings(address, BilliardsTopology.ordered(), Billiards.PLAYERS, observer));
  }

  private Play.Played play(PlayOptions options, String input) throws IOException {
    return new Play(
            address,
            options,
            new BufferedReader(new StringReader(input)),
            new PrintWriter(out, true),
            false)
        .play();
  }

  private int run(String... arguments) {
    return CommandLines.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private static List<List<String>> typesOf(String firstType, Map<UUID, List<AuditEntry>> flows) {
    return flows.entrySet().stream()
        .filter(
            flow ->
                flow.getValue().stream()
                    .anyMatch(
                        entry ->
                            entry.eventId().equals(flow.getKey())
                                && entry.type().equals(firstType)))
        .map(flow -> flow.getValue().stream().map(AuditEntry::type).toList())
        .toList();
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    Iterator<String> fields = json.fieldNames();
    fields.forEachRemaining(names::add);
    return names;
  }
}
