package io.artel.events.testkit.contract;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks AMQP frame by frame over a plain socket, and so can say what no client
 * library would. Heartbeats of the broker are skipped, except by {@link #readAny}.
 */
final class RawAmqp implements AutoCloseable {
  static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  static final int FRAME_END = 0xCE;
  static final String OPEN_OK = "10.41";
  static final String CLOSE = "10.50";
  static final String CLOSE_OK = "10.51";

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private RawAmqp(ContractBroker broker) throws IOException {
    socket = new Socket(broker.host(), broker.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Contract.SECONDS * 1000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Connects without a word. */
  static RawAmqp connect(ContractBroker broker) throws IOException {
    return new RawAmqp(broker);
  }

  /** Connects and sends the protocol header; {@code connection.start} is read. */
  static RawAmqp started(ContractBroker broker) throws IOException {
    RawAmqp amqp = connect(broker);
    amqp.send(HEADER);
    amqp.expect("10.10");
    return amqp;
  }

  /** Connects and logs in; {@code connection.tune} is read. */
  static RawAmqp tuned(ContractBroker broker) throws IOException {
    RawAmqp amqp = started(broker);
    amqp.startOk("PLAIN", plain("guest", "guest"), Map.of());
    amqp.expect("10.30");
    return amqp;
  }

  /** Connects as far as {@code connection.open-ok}, without heartbeats. */
  static RawAmqp open(ContractBroker broker) throws IOException {
    return open(broker, 2047, 131_072, 0);
  }

  /** Connects as far as {@code connection.open-ok} with these limits. */
  static RawAmqp open(ContractBroker broker, int channelMax, int frameMax, int heartbeat)
      throws IOException {
    RawAmqp amqp = tuned(broker);
    amqp.tuneOk(channelMax, frameMax, heartbeat);
    amqp.openHost("/");
    amqp.expect(OPEN_OK);
    return amqp;
  }

  static RawAmqpArguments arguments() {
    return new RawAmqpArguments();
  }

  static byte[] plain(String user, String password) {
    return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
  }

  void startOk(String mechanism, byte[] response, Map<String, ?> clientProperties)
      throws IOException {
    method(
        0,
        10,
        11,
        arguments()
            .table(clientProperties)
            .shortString(mechanism)
            .longString(response)
            .shortString("en_US"));
  }

  void tuneOk(int channelMax, int frameMax, int heartbeat) throws IOException {
    method(0, 10, 31, arguments().shortInt(channelMax).longInt(frameMax).shortInt(heartbeat));
  }

  void openHost(String virtualHost) throws IOException {
    method(0, 10, 40, arguments().shortString(virtualHost).shortString("").octet(0));
  }

  /** Opens a channel and waits until it is open. */
  void openChannel(int channel) throws IOException {
    method(channel, 20, 10, arguments().shortString(""));
    expect("20.11");
  }

  /** Sends a publish without its content. */
  void publish(int channel, String exchange, String routingKey) throws IOException {
    method(
        channel,
        60,
        40,
        arguments().shortInt(0).shortString(exchange).shortString(routingKey).octet(0));
  }

  /** Sends the header of a content without properties. */
  void contentHeader(int channel, int classId, long bodySize) throws IOException {
    frame(
        RawAmqpFrame.HEADER,
        channel,
        arguments().shortInt(classId).shortInt(0).longLong(bodySize).shortInt(0).bytes());
  }

  void body(int channel, int size) throws IOException {
    frame(RawAmqpFrame.BODY, channel, new byte[size]);
  }

  void method(int channel, int classId, int methodId, RawAmqpArguments arguments)
      throws IOException {
    frame(
        RawAmqpFrame.METHOD,
        channel,
        arguments().shortInt(classId).shortInt(methodId).raw(arguments.bytes()).bytes());
  }

  void frame(int type, int channel, byte[] payload) throws IOException {
    frame(type, channel, payload, FRAME_END);
  }

  void frame(int type, int channel, byte[] payload, int endMarker) throws IOException {
    send(arguments().octet(type).shortInt(channel).longString(payload).octet(endMarker).bytes());
  }

  /** Sends bytes as they are. A broker that has already hung up is no error: reading tells it. */
  void send(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
    } catch (SocketException e) {
      // What the broker said before remains to be read.
    }
  }

  /** {@return the next frame of any kind, or null at the end of the stream} */
  @Nullable RawAmqpFrame readAny() throws IOException {
    try {
      int type = in.readUnsignedByte();
      int channel = in.readUnsignedShort();
      byte[] payload = new byte[in.readInt()];
      in.readFully(payload);
      if (in.readUnsignedByte() != FRAME_END) {
        throw new AssertionError("the broker's frame has no end marker");
      }
      return new RawAmqpFrame(type, channel, ByteBuffer.wrap(payload));
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  /** {@return the next frame that is no heartbeat} */
  RawAmqpFrame read() throws IOException {
    while (true) {
      RawAmqpFrame frame = readAny();
      if (frame == null) {
        throw new AssertionError("the broker hung up");
      }
      if (frame.type() != RawAmqpFrame.HEARTBEAT) {
        return frame;
      }
    }
  }

  /** Reads the next frame, which must be this method, such as {@code 10.30}. */
  RawAmqpFrame expect(String method) throws IOException {
    RawAmqpFrame frame = read();
    if (!frame.name().equals(method)) {
      String instead =
          frame.name().equals(CLOSE) ? frame.close().toString() : "a frame " + frame.name();
      throw new AssertionError("expected method " + method + ", got " + instead);
    }
    return frame;
  }

  /** Reads the next frame, which must close a channel or the connection. */
  Close readClose() throws IOException {
    return read().close();
  }

  /** {@return all bytes until the broker hangs up} */
  byte[] readToEnd() throws IOException {
    RawAmqpArguments all = arguments();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.octet(next);
      }
    } catch (SocketException e) {
      // The broker may reset the connection instead of ending it.
    }
    return all.bytes();
  }

  /** Ends the connection without a close. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
