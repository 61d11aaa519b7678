package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.channel.Channel;
import io.artel.events.testkit.internal.embedded.channel.Client;
import io.artel.events.testkit.internal.embedded.channel.Content;
import io.artel.events.testkit.internal.embedded.clock.Timers.Timer;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.MalformedException;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one client, from its first bytes to its end. It takes part in the handshake,
 * hands the frames of channels to them, and tells the client of errors.
 */
public final class ClientConnection implements Client, EventLoop.Socket {

  /** How far the connection has come. */
  private enum Phase {
    PROTOCOL_HEADER,
    STARTING,
    TUNING,
    OPENING,
    RUNNING,
    /** The client has been told of the end, and has not agreed yet. */
    CLOSING,
    CLOSED
  }

  private static final Logger log = System.getLogger(ClientConnection.class.getName());

  private static final int PROTOCOL_HEADER_SIZE = 8;

  /** How long a client may take to agree to the end of its connection. */
  private static final long CLOSE_MILLIS = 5_000;

  /** How long RabbitMQ waits for the handshake. */
  private static final long HANDSHAKE_MILLIS = 10_000;

  private final EventLoop loop;
  private final BrokerState state;
  private final Transport transport;
  private final Handshake handshake;
  private final Incoming incoming;
  private final Outgoing outgoing;
  private final Heartbeats heartbeats;
  private final ChannelTable channels = new ChannelTable();
  private final String id;
  private Phase phase = Phase.PROTOCOL_HEADER;
  private boolean blocked;
  private boolean dirty;
  private @Nullable Timer deadline;

  ClientConnection(EventLoop loop, BrokerState state, Transport transport) {
    this.loop = loop;
    this.state = state;
    this.transport = transport;
    handshake = new Handshake(state);
    incoming = new Incoming(this, loop, state, channels, handshake.smallestFrameMax());
    outgoing = new Outgoing(this, state, transport);
    heartbeats = new Heartbeats(loop.wallTime(), this::heartbeat, this::end);
    id = state.nextConnectionId();
    state.connections().add(this);
    deadline = loop.wallTime().after(HANDSHAKE_MILLIS, this::end);
  }

  // Reading

  @Override
  public void ready(SelectionKey key) {
    try {
      if (key.isReadable()) {
        receive();
      }
      if (key.isValid() && key.isWritable()) {
        flush();
      }
    } catch (IOException e) {
      end();
    }
  }

  private void receive() throws IOException {
    boolean open = transport.receive();
    heartbeats.heard();
    read();
    if (!open && phase != Phase.CLOSED) {
      end();
    }
  }

  /** Handles what has come in. */
  private void read() {
    ByteBuffer bytes = transport.input();
    if (phase == Phase.PROTOCOL_HEADER) {
      readProtocolHeader(bytes);
    }
    if (phase != Phase.PROTOCOL_HEADER) {
      incoming.read(bytes);
    }
  }

  private void readProtocolHeader(ByteBuffer bytes) {
    if (bytes.remaining() < PROTOCOL_HEADER_SIZE) {
      return;
    }
    byte[] header = new byte[PROTOCOL_HEADER_SIZE];
    bytes.get(header);
    if (Handshake.isAmqp091(header)) {
      phase = Phase.STARTING;
      send(0, Method.CONNECTION_START, handshake::writeStart);
    } else {
      outgoing.bytes(handshake.versionFor(header));
      bytes.position(bytes.limit());
      endWhenFlushed();
    }
  }

  /** Does what a client asks for, and tells it of its errors. */
  void handle(int channel, Method method, WireReader in, @Nullable Content content) {
    try {
      if (channel == 0) {
        onConnection(method, in);
      } else if (phase == Phase.RUNNING) {
        onChannel(channel, method, in, content);
      }
    } catch (AmqpException e) {
      fail(
          e,
          channel,
          method == Method.CHANNEL_OPEN && e.code() == ReplyCode.NOT_ALLOWED ? null : method);
    } catch (RuntimeException e) {
      log.log(Level.ERROR, "a defect of the embedded broker, met in " + method, e);
      fail(ReplyCode.INTERNAL_ERROR.error(""), 0, null);
    }
  }

  // Methods of the connection

  private void onConnection(Method method, WireReader in) {
    if (method == Method.CONNECTION_CLOSE) {
      endWhenFlushed();
      if (phase != Phase.CLOSING) {
        releaseChannels();
      }
      send(0, Method.CONNECTION_CLOSE_OK, none -> {});
      return;
    }
    if (phase == Phase.STARTING && method == Method.CONNECTION_START_OK) {
      handshake.startOk(in);
      phase = Phase.TUNING;
      send(0, Method.CONNECTION_TUNE, handshake::writeTune);
    } else if (phase == Phase.TUNING && method == Method.CONNECTION_TUNE_OK) {
      handshake.tuneOk(in);
      incoming.frameMax(handshake.frameMax());
      heartbeats.start(handshake.heartbeatSeconds() * 1000L);
      phase = Phase.OPENING;
    } else if (phase == Phase.OPENING && method == Method.CONNECTION_OPEN) {
      handshake.open(in);
      cancelDeadline();
      phase = Phase.RUNNING;
      send(0, Method.CONNECTION_OPEN_OK, args -> args.shortString(""));
    } else if (phase == Phase.CLOSING) {
      if (method == Method.CONNECTION_CLOSE_OK) {
        end();
      }
    } else if (phase == Phase.RUNNING && method == Method.CONNECTION_UPDATE_SECRET) {
      send(0, Method.CONNECTION_UPDATE_SECRET_OK, none -> {});
    } else {
      throw ReplyCode.CHANNEL_ERROR.error("unexpected method in connection state running");
    }
  }

  // Methods of channels

  private void onChannel(int number, Method method, WireReader in, @Nullable Content content) {
    Channel channel = channels.get(number);
    if (method == Method.CHANNEL_OPEN) {
      open(number);
    } else if (channel == null) {
      throw ReplyCode.CHANNEL_ERROR.error("expected 'channel.open'");
    } else if (method == Method.CHANNEL_CLOSE) {
      channel.flush();
      channels.release(number);
      send(number, Method.CHANNEL_CLOSE_OK, none -> {});
    } else if (content != null) {
      channel.publish(in, content);
    } else {
      channel.receive(method, in);
    }
  }

  private void open(int number) {
    VirtualHost vhost = handshake.vhost();
    if (vhost != null) {
      channels.open(
          number,
          handshake.channelMax(),
          free ->
              new Channel(free, this, vhost, state.dialect(), state.faults(), state::uniqueName));
      send(number, Method.CHANNEL_OPEN_OK, args -> args.longInt(0));
    }
  }

  private void releaseChannels() {
    channels.releaseAll();
    VirtualHost vhost = handshake.vhost();
    if (vhost != null) {
      vhost.queues().connectionClosed(this);
    }
  }

  // Errors

  /** Tells the client of its error, and ends the channel or the connection. */
  void fail(AmqpException error, int channel, @Nullable Method handled) {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED || outgoing.isEnding()) {
      return;
    }
    Method method = error.method() == null ? handled : error.method();
    if (isStarting()) {
      failHandshake(error, method);
      return;
    }
    if (channel == 0 || error.endsConnection()) {
      closeWith(args -> describe(args, error, method));
      return;
    }
    channels.fail(channel);
    send(channel, Method.CHANNEL_CLOSE, args -> describe(args, error, method));
  }

  /** RabbitMQ falls over some bytes, and then says nothing. */
  void fail(MalformedException error) {
    if (error.kind() == MalformedException.Kind.NOT_UTF8) {
      fail(ReplyCode.FRAME_ERROR.error("Malformed UTF-8 in shortstr"), 0, null);
    } else {
      end();
    }
  }

  /**
   * Before the connection is open most errors end it without a word. RabbitMQ waits three seconds
   * before that, which nobody wants to wait for here.
   */
  private void failHandshake(AmqpException error, @Nullable Method method) {
    switch (error.code()) {
      case ACCESS_REFUSED -> {
        if (understands("authentication_failure_close")) {
          closeWith(args -> describe(args, error, null));
        } else {
          end();
        }
      }
      case NOT_ALLOWED -> {
        if (method == Method.CONNECTION_OPEN) {
          closeWith(args -> describe(args, error, method));
        } else {
          end();
        }
      }
      case UNEXPECTED_FRAME -> closeWith(args -> describe(args, error, null));
      default -> end();
    }
  }

  private void closeWith(Consumer<WireWriter> arguments) {
    channels.flushAll();
    phase = Phase.CLOSING;
    releaseChannels();
    blocked(false);
    send(0, Method.CONNECTION_CLOSE, arguments);
    deadlineIn(CLOSE_MILLIS);
  }

  private static void describe(WireWriter out, AmqpException error, @Nullable Method method) {
    Method shown = error.code() == ReplyCode.INTERNAL_ERROR ? null : method;
    out.shortInt(error.code().code())
        .shortString(error.text())
        .shortInt(shown == null ? 0 : shown.classId())
        .shortInt(shown == null ? 0 : shown.methodId());
  }

  /** Ends the connection as an operator does. */
  public void force(String reason) {
    if (phase == Phase.RUNNING) {
      AmqpException error = ReplyCode.CONNECTION_FORCED.error(reason);
      closeWith(args -> describe(args, error, null));
    } else {
      end();
    }
  }

  /** Ends those of its channels that hold such consumers, and returns how many these were. */
  public int closeChannels(Collection<Object> consuming, AmqpException error) {
    List<Integer> numbers = channels.consuming(consuming);
    numbers.forEach(number -> fail(error, number, null));
    return numbers.size();
  }

  // Blocking of publishers

  /** Stops reading from a client that publishes during an alarm. */
  void blockIfAlarmed() {
    String alarm = state.faults().alarm();
    if (alarm != null && !blocked) {
      blocked(true);
      outgoing.reading(false);
      if (understands("connection.blocked")) {
        send(0, Method.CONNECTION_BLOCKED, args -> args.shortString(alarm));
      }
    }
  }

  /** Goes on after an alarm. */
  void unblock() {
    if (blocked) {
      blocked(false);
      if (understands("connection.blocked")) {
        send(0, Method.CONNECTION_UNBLOCKED, none -> {});
      }
      outgoing.reading(true);
      read();
    }
  }

  private void blocked(boolean now) {
    blocked = now;
    heartbeats.excuse(now);
  }

  // Sending

  @Override
  public void send(int channel, Method method, Consumer<WireWriter> arguments) {
    if (phase != Phase.CLOSED) {
      outgoing.method(channel, method, arguments);
      sent();
    }
  }

  @Override
  public void send(int channel, Method method, Consumer<WireWriter> arguments, Message content) {
    if (phase != Phase.CLOSED) {
      outgoing.method(channel, method, arguments, content, handshake.frameMax());
      sent();
    }
  }

  /** Sends bytes that a fault has held back. */
  void sendLate(byte[] late) {
    if (phase != Phase.CLOSED) {
      outgoing.bytes(late);
      written();
    }
  }

  private void heartbeat() {
    outgoing.heartbeat();
    written();
  }

  private void sent() {
    heartbeats.sent();
    written();
  }

  private void written() {
    if (!dirty && phase != Phase.CLOSED) {
      dirty = true;
      loop.flushLater(this);
    }
  }

  @Override
  public void flushLater(Channel channel) {
    channels.flushLater(channel);
    written();
  }

  @Override
  public void flush() {
    dirty = false;
    if (phase == Phase.CLOSED) {
      return;
    }
    flushConfirms();
    try {
      if (outgoing.send()) {
        end();
      } else if (outgoing.hasRoom()) {
        channels.all().forEach(Channel::roomAgain);
      }
    } catch (IOException e) {
      end();
    }
  }

  private void flushConfirms() {
    if (!channels.hasUnflushed()) {
      return;
    }
    if (loop.scheduler().sendsConfirmsNow()) {
      channels.flush();
    } else {
      loop.wallTime().after(1, this::written);
    }
  }

  void trace(String direction, int channel, Method method, WireReader in) {
    state
        .trace()
        .add(id + " " + name() + " " + direction + " " + channel + " " + method.describe(in));
  }

  // Faults

  /** Ends the connection without a word, in good order for TCP. */
  public void cut() {
    end();
  }

  /** Ends the connection with a TCP reset. */
  public void reset() {
    transport.reset();
    end();
  }

  /** Leaves the socket open, and neither reads nor sends any more. */
  public void stall() {
    transport.stall();
  }

  /** Ends a connection that has been stalled. */
  public void endStall() {
    if (transport.isStalled()) {
      reset();
    }
  }

  // The end

  /** Ends the connection when the client has taken what has gathered. */
  void endWhenFlushed() {
    outgoing.endWhenSent();
    deadlineIn(CLOSE_MILLIS);
    written();
  }

  private void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    cancelDeadline();
    heartbeats.stop();
    transport.close();
    state.connections().remove(this);
    releaseChannels();
  }

  private void deadlineIn(long millis) {
    cancelDeadline();
    deadline = loop.wallTime().after(millis, this::end);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  // What others ask

  @Override
  public boolean hasRoom() {
    return phase == Phase.RUNNING && outgoing.hasRoom();
  }

  @Override
  public boolean understands(String capability) {
    return handshake.clientUnderstands(capability);
  }

  @Override
  public User user() {
    User user = handshake.user();
    if (user == null) {
      throw new IllegalStateException("nobody has logged in on " + id);
    }
    return user;
  }

  @Override
  public String id() {
    return id;
  }

  /** {@return the name that the client gave its connection, empty if none} */
  public String name() {
    return handshake.clientName();
  }

  /** Whether the connection uses this virtual host. */
  public boolean isUsing(VirtualHost vhost) {
    return handshake.vhost() == vhost;
  }

  /** {@return the name of the virtual host, empty before the client has named it} */
  public String vhostName() {
    VirtualHost vhost = handshake.vhost();
    return vhost == null ? "" : vhost.name();
  }

  /** Whether the handshake is done and the end has not begun. */
  public boolean isOpen() {
    return phase == Phase.RUNNING;
  }

  /** Whether the handshake is not done. */
  boolean isStarting() {
    return phase.compareTo(Phase.RUNNING) < 0;
  }

  /** Whether the client has been told of the end, and has not agreed yet. */
  boolean isClosing() {
    return phase == Phase.CLOSING;
  }

  /** Whether what the client sends is to be read. */
  boolean wantsFrames() {
    return !blocked && !transport.isStalled() && phase != Phase.CLOSED && !outgoing.isEnding();
  }

  /** Whether the client is blocked by an alarm. */
  public boolean isBlocked() {
    return blocked;
  }

  /** {@return how many channels are open} */
  public int channelCount() {
    return channels.size();
  }
}
