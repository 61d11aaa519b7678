package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.ByteString;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a connection begins: who the client is, what both can do, which virtual host it uses. */
final class Handshake {
  /** The largest frame before a client has agreed to another. */
  static final int FIRST_FRAME_MAX = 4096;

  private static final int FIRST_FRAME_MAX_4_3 = 8192;
  private static final int FRAME_MAX = 131_072;
  private static final int CHANNEL_MAX = 2047;
  private static final int HEARTBEAT_SECONDS = 60;

  private static final List<String> CAPABILITIES =
      List.of(
          "publisher_confirms",
          "exchange_exchange_bindings",
          "basic.nack",
          "consumer_cancel_notify",
          "connection.blocked",
          "consumer_priorities",
          "authentication_failure_close",
          "per_consumer_qos",
          "direct_reply_to");

  private final BrokerState state;
  private FieldTable clientProperties = FieldTable.EMPTY;
  private @Nullable User user;
  private @Nullable VirtualHost vhost;
  private int channelMax = CHANNEL_MAX;
  private int frameMax;
  private int heartbeatSeconds;

  Handshake(BrokerState state) {
    this.state = state;
    frameMax = smallestFrameMax();
  }

  /** {@return the largest frame that a client may send before tuning} */
  int smallestFrameMax() {
    return state.dialect().since(Dialect.V4_3) ? FIRST_FRAME_MAX_4_3 : FIRST_FRAME_MAX;
  }

  /** Whether the client says that it has this capability. */
  boolean clientUnderstands(String capability) {
    FieldValue capabilities = clientProperties.get("capabilities");
    if (capabilities == null || capabilities.type() != FieldType.TABLE) {
      return false;
    }
    FieldValue value = capabilities.table().get(capability);
    return value != null && Boolean.TRUE.equals(value.value());
  }

  /** {@return the name that the client gave its connection, empty if none} */
  String clientName() {
    FieldValue name = clientProperties.get("connection_name");
    return name == null ? "" : name.toString();
  }

  @Nullable User user() {
    return user;
  }

  @Nullable VirtualHost vhost() {
    return vhost;
  }

  int channelMax() {
    return channelMax;
  }

  int frameMax() {
    return frameMax;
  }

  int heartbeatSeconds() {
    return heartbeatSeconds;
  }

  /** {@return what the broker answers to bytes that do not begin AMQP 0-9-1} */
  byte[] versionFor(byte[] header) {
    boolean old = state.dialect() == Dialect.V3_10;
    boolean amqp = header[0] == 'A' && header[1] == 'M' && header[2] == 'Q' && header[3] == 'P';
    boolean older = amqp && header[4] == 0 && header[5] == 0 && header[6] >= 9;
    return old || older
        ? new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1}
        : new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
  }

  /** Whether these eight bytes begin AMQP 0-9-1, also as its older drafts write it. */
  static boolean isAmqp091(byte[] header) {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    return text.equals("AMQP\0\0\11\1")
        || text.equals("AMQP\1\1\0\11")
        || text.equals("AMQP\1\1\10\0");
  }

  void writeStart(WireWriter out) {
    Map<String, FieldValue> capabilities = new LinkedHashMap<>();
    CAPABILITIES.forEach(capability -> capabilities.put(capability, FieldValue.of(true)));
    Map<String, FieldValue> properties = new LinkedHashMap<>();
    properties.put("capabilities", FieldValue.of(FieldTable.of(capabilities)));
    properties.put("cluster_name", FieldValue.of("rabbit@embedded"));
    properties.put("copyright", FieldValue.of("The artel-events authors"));
    properties.put(
        "information",
        FieldValue.of("The embedded broker of artel-events, for tests; not a RabbitMQ server"));
    properties.put("platform", FieldValue.of("Java"));
    properties.put("product", FieldValue.of("RabbitMQ"));
    properties.put("version", FieldValue.of(state.dialect().version()));
    String mechanisms =
        state.dialect().since(Dialect.V4_0) ? "ANONYMOUS PLAIN AMQPLAIN" : "PLAIN AMQPLAIN";
    out.octet(0)
        .octet(9)
        .table(FieldTable.of(properties))
        .longString(ByteString.of(mechanisms))
        .longString(ByteString.of("en_US"));
  }

  /** Reads who the client is. */
  void startOk(WireReader in) {
    clientProperties = in.table();
    String mechanism = in.shortString();
    ByteString response = in.longString();
    in.shortString();
    User claimed =
        switch (mechanism) {
          case "PLAIN" -> plain(response);
          case "AMQPLAIN" -> amqplain(response);
          case "ANONYMOUS" -> state.dialect().since(Dialect.V4_0) ? state.user("guest") : null;
          default ->
              throw ReplyCode.COMMAND_INVALID.error(
                  "unknown authentication mechanism '" + mechanism + "'");
        };
    if (claimed == null || state.faults().loginsRefused()) {
      throw ReplyCode.ACCESS_REFUSED.connectionError(
          "Login was refused using authentication mechanism "
              + mechanism
              + ". For details see the broker logfile.");
    }
    user = claimed;
  }

  private @Nullable User plain(ByteString response) {
    String[] parts = response.toString().split("\0", -1);
    if (parts.length != 3) {
      throw senseless();
    }
    return login(parts[1], parts[2]);
  }

  private @Nullable User amqplain(ByteString response) {
    byte[] fields = response.bytes();
    WireWriter table = new WireWriter(fields.length + 4);
    table.longInt(fields.length).bytes(fields, 0, fields.length);
    FieldTable login = new WireReader(ByteBuffer.wrap(table.toBytes())).table();
    FieldValue name = login.get("LOGIN");
    FieldValue password = login.get("PASSWORD");
    if (name == null || password == null) {
      throw senseless();
    }
    return login(name.toString(), password.toString());
  }

  private static AmqpException senseless() {
    return ReplyCode.SYNTAX_ERROR.error("a login that makes no sense");
  }

  private @Nullable User login(String name, String password) {
    User known = state.user(name);
    return known != null && known.hasPassword(password) ? known : null;
  }

  void writeTune(WireWriter out) {
    out.shortInt(CHANNEL_MAX).longInt(FRAME_MAX).shortInt(HEARTBEAT_SECONDS);
  }

  /** Reads what the client agrees to. */
  void tuneOk(WireReader in) {
    int channels = in.shortInt();
    long frame = in.longInt();
    heartbeatSeconds = in.shortInt();
    if (channels > CHANNEL_MAX || (channels == 0 && CHANNEL_MAX != 0)) {
      throw tooLarge("channel_max", channels, CHANNEL_MAX);
    }
    if (frame != 0 && frame < smallestFrameMax()) {
      throw ReplyCode.NOT_ALLOWED.error(
          "negotiated frame_max = "
              + frame
              + " is lower than the minimum allowed value ("
              + smallestFrameMax()
              + ")");
    }
    if (frame == 0 || frame > FRAME_MAX) {
      throw tooLarge("frame_max", frame, FRAME_MAX);
    }
    channelMax = channels;
    frameMax = (int) frame;
  }

  private static RuntimeException tooLarge(String name, long value, long largest) {
    return ReplyCode.NOT_ALLOWED.error(
        value == 0
            ? "negotiated "
                + name
                + " = no limit is higher than the maximum allowed value ("
                + largest
                + ")"
            : "negotiated "
                + name
                + " = "
                + value
                + " is higher than the maximum allowed value ("
                + largest
                + ")");
  }

  /** Reads which virtual host the client uses. */
  void open(WireReader in) {
    String name = in.shortString();
    VirtualHost found = state.vhost(name);
    User known = user;
    if (found == null) {
      throw ReplyCode.NOT_ALLOWED.error("vhost " + name + " not found");
    }
    if (known == null || !known.mayUse(name)) {
      throw ReplyCode.NOT_ALLOWED.error(
          "access to vhost '"
              + name
              + "' refused for user '"
              + (known == null ? "" : known.name())
              + "'");
    }
    vhost = found;
  }
}
