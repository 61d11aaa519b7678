package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What broker and client say to each other until a connection is open. */
@OnEveryBroker
class HandshakeContractIT extends Contract {
  private static final Map<String, Object> TELL_REFUSED_LOGIN =
      Map.of("capabilities", Map.of("authentication_failure_close", true));

  HandshakeContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aHeaderOfAnotherProtocolIsAnsweredWithTheBrokersOwn() throws Exception {
    byte[] otherProtocol = "GET / HT".getBytes(StandardCharsets.US_ASCII);
    assertThat(answerTo(otherProtocol))
        .isEqualTo(broker.since("4.0") ? header(3, 1, 0, 0) : RawAmqp.HEADER);
  }

  @Test
  void aHeaderOfAnEarlierAmqpIsAnsweredWithTheBrokersOwn() throws Exception {
    assertThat(answerTo(header(0, 0, 8, 0)))
        .isEqualTo(broker.since("4.0") ? header(3, 1, 0, 0) : RawAmqp.HEADER);
  }

  @Test
  void aHeaderOfALaterAmqp0IsAnsweredWith091() throws Exception {
    assertThat(answerTo(header(0, 0, 9, 2))).isEqualTo(RawAmqp.HEADER);
  }

  @Test
  void theHeaderMayComeInPieces() throws Exception {
    try (RawAmqp amqp = RawAmqp.connect(broker)) {
      for (byte part : RawAmqp.HEADER) {
        amqp.send(new byte[] {part});
      }
      assertThat(amqp.read().name()).isEqualTo("10.10");
    }
  }

  @Test
  void startTellsVersionMechanismsAndLocale() throws Exception {
    try (RawAmqp amqp = RawAmqp.connect(broker)) {
      amqp.send(RawAmqp.HEADER);
      ByteBuffer start = amqp.expect("10.10").arguments();
      assertThat(start.get()).isZero();
      assertThat(start.get()).isEqualTo((byte) 9);
      RawAmqpFrame.longString(start); // the server's properties
      assertThat(RawAmqpFrame.longString(start).split(" ", -1))
          .containsExactlyInAnyOrder(
              broker.since("4.0")
                  ? new String[] {"PLAIN", "AMQPLAIN", "ANONYMOUS"}
                  : new String[] {"PLAIN", "AMQPLAIN"});
      assertThat(RawAmqpFrame.longString(start)).isEqualTo("en_US");
    }
  }

  @Test
  void theServerPropertiesNameProductAndVersion() throws Exception {
    Map<String, Object> properties = connect().getServerProperties();
    assertThat(properties)
        .containsOnlyKeys(
            "capabilities",
            "cluster_name",
            "copyright",
            "information",
            "platform",
            "product",
            "version");
    assertThat(properties.get("product")).hasToString("RabbitMQ");
    String[] version = properties.get("version").toString().split("\\.", -1);
    assertThat(broker.toString()).endsWith(" " + version[0] + "." + version[1]);
  }

  @Test
  void theServerPropertiesTellTheCapabilities() throws Exception {
    assertThat(connect().getServerProperties().get("capabilities"))
        .isEqualTo(
            Map.of(
                "publisher_confirms", true,
                "exchange_exchange_bindings", true,
                "basic.nack", true,
                "consumer_cancel_notify", true,
                "connection.blocked", true,
                "consumer_priorities", true,
                "authentication_failure_close", true,
                "per_consumer_qos", true,
                "direct_reply_to", true));
  }

  @Test
  void plainLogsIn() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("PLAIN", RawAmqp.plain("guest", "guest"), Map.of());
      assertThat(amqp.read().name()).isEqualTo("10.30");
    }
  }

  @Test
  void amqplainLogsIn() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("AMQPLAIN", amqplain("guest", "guest"), Map.of());
      assertThat(amqp.read().name()).isEqualTo("10.30");
    }
  }

  @Test
  void aRefusedPlainLoginIs403IfTheClientWantsToKnow() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("PLAIN", RawAmqp.plain("guest", "wrong"), TELL_REFUSED_LOGIN);
      assertThat(amqp.readClose()).isEqualTo(refusedLogin("PLAIN"));
    }
  }

  @Test
  void aRefusedAmqplainLoginIs403IfTheClientWantsToKnow() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("AMQPLAIN", amqplain("guest", "wrong"), TELL_REFUSED_LOGIN);
      assertThat(amqp.readClose()).isEqualTo(refusedLogin("AMQPLAIN"));
    }
  }

  @Test
  void anUnknownUserIsRefusedInTheSameWords() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("PLAIN", RawAmqp.plain("nobody", "guest"), TELL_REFUSED_LOGIN);
      assertThat(amqp.readClose()).isEqualTo(refusedLogin("PLAIN"));
    }
  }

  @Test
  void loginsThatAreRefusedOrMakeNoSenseOtherwiseEndInSilence() throws Exception {
    List<RawAmqp> clients = new ArrayList<>();
    RawAmqp refused = RawAmqp.started(broker);
    refused.startOk("PLAIN", RawAmqp.plain("guest", "wrong"), Map.of());
    clients.add(refused);
    RawAmqp unknownMechanism = RawAmqp.started(broker);
    unknownMechanism.startOk("NOPE", new byte[0], TELL_REFUSED_LOGIN);
    clients.add(unknownMechanism);
    RawAmqp mechanismInLowerCase = RawAmqp.started(broker);
    mechanismInLowerCase.startOk("plain", RawAmqp.plain("guest", "guest"), TELL_REFUSED_LOGIN);
    clients.add(mechanismInLowerCase);
    RawAmqp garbage = RawAmqp.started(broker);
    garbage.startOk("PLAIN", new byte[] {1, 2, 3}, TELL_REFUSED_LOGIN);
    clients.add(garbage);
    RawAmqp withoutPassword = RawAmqp.started(broker);
    withoutPassword.startOk(
        "AMQPLAIN", RawAmqpArguments.entries(Map.of("LOGIN", "guest")), TELL_REFUSED_LOGIN);
    clients.add(withoutPassword);
    assertEndInSilence(clients);
  }

  @Test
  void methodsOutOfOrderEndInSilence() throws Exception {
    List<RawAmqp> clients = new ArrayList<>();
    RawAmqp tunesFirst = RawAmqp.started(broker);
    tunesFirst.tuneOk(2047, 131_072, 0);
    clients.add(tunesFirst);
    RawAmqp opensFirst = RawAmqp.tuned(broker);
    opensFirst.openHost("/");
    clients.add(opensFirst);
    RawAmqp sendsTooLargeAFrame = RawAmqp.started(broker);
    sendsTooLargeAFrame.frame(RawAmqpFrame.METHOD, 0, new byte[200_000]);
    clients.add(sendsTooLargeAFrame);
    assertEndInSilence(clients);
  }

  @Test
  void aChannelBeforeTheConnectionIsOpenIs505() throws Exception {
    try (RawAmqp amqp = RawAmqp.tuned(broker)) {
      amqp.tuneOk(2047, 131_072, 0);
      amqp.method(1, 20, 10, RawAmqp.arguments().shortString(""));
      assertThat(amqp.readClose())
          .isEqualTo(
              Close.connection(
                  505, "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>", 0, 0));
    }
  }

  @Test
  void theBrokerProposes2047ChannelsFramesOf128KibAndAMinute() throws Exception {
    try (RawAmqp amqp = RawAmqp.started(broker)) {
      amqp.startOk("PLAIN", RawAmqp.plain("guest", "guest"), Map.of());
      ByteBuffer tune = amqp.expect("10.30").arguments();
      assertThat(tune.getShort()).isEqualTo((short) 2047);
      assertThat(tune.getInt()).isEqualTo(131_072);
      assertThat(tune.getShort()).isEqualTo((short) 60);
    }
  }

  @Test
  void aClientMayChooseLowerLimitsAndAnyHeartbeat() throws Exception {
    RawAmqp.open(broker, 1, broker.since("4.1") ? 8192 : 4096, 0).close();
    try (RawAmqp amqp = RawAmqp.tuned(broker)) {
      amqp.tuneOk(2047, 131_072, 600);
      amqp.openHost("/");
      assertThat(amqp.read().name()).isEqualTo(RawAmqp.OPEN_OK);
    }
  }

  @Test
  void limitsOutOfRangeEndInSilence() throws Exception {
    List<RawAmqp> clients = new ArrayList<>();
    for (int frameMax : new int[] {0, 1, broker.since("4.1") ? 8191 : 4095, 131_073}) {
      RawAmqp client = RawAmqp.tuned(broker);
      client.tuneOk(2047, frameMax, 0);
      clients.add(client);
    }
    for (int channelMax : new int[] {0, 2048}) {
      RawAmqp client = RawAmqp.tuned(broker);
      client.tuneOk(channelMax, 131_072, 0);
      clients.add(client);
    }
    assertEndInSilence(clients);
  }

  @Test
  void aMissingVirtualHostIs530() throws Exception {
    try (RawAmqp amqp = RawAmqp.tuned(broker)) {
      amqp.tuneOk(2047, 131_072, 0);
      amqp.openHost("no-such-host");
      assertThat(amqp.readClose())
          .isEqualTo(Close.connection(530, "NOT_ALLOWED - vhost no-such-host not found", 10, 40));
    }
  }

  private byte[] answerTo(byte[] header) throws IOException {
    try (RawAmqp amqp = RawAmqp.connect(broker)) {
      amqp.send(header);
      return amqp.readToEnd();
    }
  }

  /** The real broker takes three seconds for it, so that nobody can try passwords quickly. */
  private static void assertEndInSilence(List<RawAmqp> clients) throws IOException {
    for (RawAmqp client : clients) {
      try (client) {
        assertThat(client.readToEnd()).isEmpty();
      }
    }
  }

  private static byte[] header(int id, int major, int minor, int revision) {
    return new byte[] {'A', 'M', 'Q', 'P', (byte) id, (byte) major, (byte) minor, (byte) revision};
  }

  private static byte[] amqplain(String user, String password) {
    return RawAmqpArguments.entries(new TreeMap<>(Map.of("LOGIN", user, "PASSWORD", password)));
  }

  private static Close refusedLogin(String mechanism) {
    return Close.connection(
        403,
        "ACCESS_REFUSED - Login was refused using authentication mechanism "
            + mechanism
            + ". For details see the broker logfile.",
        0,
        0);
  }
}
