package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.channel.Channel;
import io.artel.events.testkit.internal.embedded.channel.Client;
import io.artel.events.testkit.internal.embedded.channel.Content;
import io.artel.events.testkit.internal.embedded.clock.Timers.Timer;
import io.artel.events.testkit.internal.embedded.fault.FrameFault;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.FrameReader;
import io.artel.events.testkit.internal.embedded.wire.FrameWriter;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final FrameWriter out = new FrameWriter();
  private final FrameReader frames;
  private final String id;
  private final Map<Integer, Channel> channels = new LinkedHashMap<>();
  private final Map<Integer, Assembler> assemblers = new HashMap<>();

  /** Channels that the broker has ended and whose clients have not agreed yet. */
  private final Set<Integer> closingChannels = new LinkedHashSet<>();

  private final Set<Channel> unflushed = new LinkedHashSet<>();
  private Phase phase = Phase.PROTOCOL_HEADER;
  private boolean blocked;
  private boolean dirty;
  private boolean endAfterFlush;
  private boolean resetAfterFlush;
  private boolean heardSomething;
  private boolean sentSomething;
  private int silentIntervals;
  private @Nullable Timer deadline;
  private @Nullable Timer heartbeatSending;
  private @Nullable Timer heartbeatChecking;

  ClientConnection(EventLoop loop, BrokerState state, Transport transport) {
    this.loop = loop;
    this.state = state;
    this.transport = transport;
    handshake = new Handshake(state);
    frames = new FrameReader(handshake.smallestFrameMax());
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
        if (transport.hasRoom(out.out())) {
          List.copyOf(channels.values()).forEach(Channel::roomAgain);
        }
      }
    } catch (IOException e) {
      end();
    }
  }

  private void receive() throws IOException {
    boolean open = transport.receive();
    heardSomething = true;
    read();
    if (!open && phase != Phase.CLOSED) {
      end();
    }
  }

  /** Handles what has come in. */
  private void read() {
    ByteBuffer in = transport.input();
    if (phase == Phase.PROTOCOL_HEADER) {
      readProtocolHeader(in);
    }
    if (phase == Phase.PROTOCOL_HEADER) {
      return;
    }
    try {
      frames.read(in, new Frames());
    } catch (AmqpException e) {
      fail(e, 0, null);
      in.position(in.limit());
    }
  }

  private void readProtocolHeader(ByteBuffer in) {
    if (in.remaining() < PROTOCOL_HEADER_SIZE) {
      return;
    }
    byte[] header = new byte[PROTOCOL_HEADER_SIZE];
    in.get(header);
    if (Handshake.isAmqp091(header)) {
      phase = Phase.STARTING;
      send(0, Method.CONNECTION_START, handshake::writeStart);
    } else {
      byte[] answer = handshake.versionFor(header);
      out.out().bytes(answer, 0, answer.length);
      in.position(in.limit());
      endWhenFlushed();
    }
  }

  /** Takes the frames that arrive, as long as they are wanted. */
  private final class Frames implements FrameReader.Sink {
    @Override
    public boolean wantsMore() {
      return !blocked && !transport.isStalled() && phase != Phase.CLOSED && !endAfterFlush;
    }

    @Override
    public void frame(int type, int channel, ByteBuffer payload) {
      try {
        arrived(type, channel, payload);
      } catch (AmqpException e) {
        fail(e, channel, null);
      } catch (MalformedException e) {
        malformed(e);
      }
    }
  }

  private void arrived(int type, int channel, ByteBuffer payload) {
    requireFrame(type, channel, payload);
    if (type == FrameWriter.HEARTBEAT || (phase == Phase.CLOSING && channel != 0)) {
      return;
    }
    if (closingChannels.contains(channel) && phase == Phase.RUNNING) {
      ignored(type, channel, payload);
      return;
    }
    assemblers
        .computeIfAbsent(
            channel,
            number ->
                new Assembler(
                    state.dialect(),
                    (method, in, content) -> assembled(number, method, in, content)))
        .frame(type, payload);
    if (type != FrameWriter.METHOD && phase == Phase.RUNNING) {
      blockIfAlarmed();
    }
  }

  private void requireFrame(int type, int channel, ByteBuffer payload) {
    boolean heartbeat = type == FrameWriter.HEARTBEAT && payload.remaining() == 0;
    if (!heartbeat && !Assembler.isFrame(type, payload)) {
      throw ReplyCode.FRAME_ERROR.connectionError(shown(type, payload) + ": unknown_frame");
    }
    boolean early = phase.compareTo(Phase.RUNNING) < 0;
    boolean onConnection = type == FrameWriter.METHOD || heartbeat;
    if (channel == 0 ? !onConnection : heartbeat || early) {
      throw ReplyCode.UNEXPECTED_FRAME.error(shown(type, payload));
    }
  }

  private static String shown(int type, ByteBuffer payload) {
    return "type " + type + ", all octets = " + FrameReader.octets(payload);
  }

  /** RabbitMQ falls over some bytes, and then says nothing. */
  private void malformed(MalformedException e) {
    if (e.kind() == MalformedException.Kind.NOT_UTF8) {
      fail(ReplyCode.FRAME_ERROR.error("Malformed UTF-8 in shortstr"), 0, null);
    } else {
      end();
    }
  }

  /** A channel that has been ended hears only of its end. */
  private void ignored(int type, int channel, ByteBuffer payload) {
    if (type != FrameWriter.METHOD) {
      return;
    }
    Method method = Method.of(payload.getShort(0) & 0xffff, payload.getShort(2) & 0xffff);
    if (method == Method.CHANNEL_CLOSE_OK) {
      closingChannels.remove(channel);
    } else if (method == Method.CHANNEL_CLOSE) {
      send(channel, Method.CHANNEL_CLOSE_OK, none -> {});
    } else if (method == Method.CHANNEL_OPEN) {
      throw ReplyCode.CHANNEL_ERROR.error("second 'channel.open' seen").causedBy(method);
    }
  }

  private void assembled(int channel, Method method, WireReader in, @Nullable Content content) {
    if (state.trace().isOn()) {
      trace("->", channel, method, in.copy());
    }
    FrameFault fault =
        state.faults().hasFrameRules() ? state.faults().frame(true, method, name()) : null;
    if (fault != null && strike(fault)) {
      return;
    }
    if (loop.scheduler().isInOrder() || channel == 0) {
      dispatch(channel, method, in, content);
    } else {
      WireReader copy = in.copy();
      loop.scheduler()
          .schedule(id + "/" + channel, () -> dispatchLater(channel, method, copy, content));
    }
  }

  private void dispatchLater(int channel, Method method, WireReader in, @Nullable Content content) {
    if (phase == Phase.RUNNING && !closingChannels.contains(channel)) {
      dispatch(channel, method, in, content);
    }
  }

  private void dispatch(int channel, Method method, WireReader in, @Nullable Content content) {
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
      frames.frameMax(handshake.frameMax());
      startHeartbeats(handshake.heartbeatSeconds() * 1000L);
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
      open(number, channel);
    } else if (channel == null) {
      throw ReplyCode.CHANNEL_ERROR.error("expected 'channel.open'");
    } else if (method == Method.CHANNEL_CLOSE) {
      channel.flush();
      release(number);
      send(number, Method.CHANNEL_CLOSE_OK, none -> {});
    } else if (content != null) {
      channel.publish(in, content);
    } else {
      channel.receive(method, in);
    }
  }

  private void open(int number, @Nullable Channel channel) {
    VirtualHost vhost = handshake.vhost();
    if (channel != null) {
      throw ReplyCode.CHANNEL_ERROR.error("second 'channel.open' seen");
    }
    if (channels.size() >= handshake.channelMax()) {
      throw ReplyCode.NOT_ALLOWED.error(
          "number of channels opened ("
              + channels.size()
              + ") has reached the negotiated channel_max ("
              + handshake.channelMax()
              + ")");
    }
    if (vhost != null) {
      channels.put(
          number,
          new Channel(number, this, vhost, state.dialect(), state.faults(), state::uniqueName));
      send(number, Method.CHANNEL_OPEN_OK, args -> args.longInt(0));
    }
  }

  private void release(int number) {
    assemblers.remove(number);
    Channel channel = channels.remove(number);
    if (channel != null) {
      unflushed.remove(channel);
      channel.close();
    }
  }

  private void releaseChannels() {
    List.copyOf(channels.keySet()).forEach(this::release);
    VirtualHost vhost = handshake.vhost();
    if (vhost != null) {
      vhost.queues().connectionClosed(this);
    }
  }

  // Errors

  /** Tells the client of its error, and ends the channel or the connection. */
  private void fail(AmqpException error, int channel, @Nullable Method handled) {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED || endAfterFlush) {
      return;
    }
    Method method = error.method() == null ? handled : error.method();
    if (phase.compareTo(Phase.RUNNING) < 0) {
      failHandshake(error, method);
      return;
    }
    if (channel == 0 || error.endsConnection()) {
      closeWith(args -> describe(args, error, method));
      return;
    }
    Channel failed = channels.get(channel);
    if (failed != null) {
      failed.flush();
    }
    release(channel);
    closingChannels.add(channel);
    send(channel, Method.CHANNEL_CLOSE, args -> describe(args, error, method));
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
    List.copyOf(channels.values()).forEach(Channel::flush);
    phase = Phase.CLOSING;
    releaseChannels();
    blocked = false;
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
    List<Integer> numbers =
        channels.values().stream()
            .filter(channel -> consuming.contains(channel.consumerIdentity()))
            .map(Channel::number)
            .toList();
    numbers.forEach(number -> fail(error, number, null));
    return numbers.size();
  }

  // Blocking of publishers

  private void blockIfAlarmed() {
    String alarm = state.faults().alarm();
    if (alarm != null && !blocked) {
      blocked = true;
      transport.reading(false, out.out());
      if (understands("connection.blocked")) {
        send(0, Method.CONNECTION_BLOCKED, args -> args.shortString(alarm));
      }
    }
  }

  /** Goes on after an alarm. */
  void unblock() {
    if (blocked) {
      blocked = false;
      if (understands("connection.blocked")) {
        send(0, Method.CONNECTION_UNBLOCKED, none -> {});
      }
      transport.reading(true, out.out());
      read();
    }
  }

  // Heartbeats

  private void startHeartbeats(long millis) {
    if (millis > 0) {
      scheduleSending(millis / 2);
      scheduleChecking(millis);
    }
  }

  private void scheduleSending(long millis) {
    heartbeatSending =
        loop.wallTime()
            .after(
                millis,
                () -> {
                  if (!sentSomething) {
                    out.heartbeat();
                    written();
                  }
                  sentSomething = false;
                  scheduleSending(millis);
                });
  }

  private void scheduleChecking(long millis) {
    heartbeatChecking =
        loop.wallTime()
            .after(
                millis,
                () -> {
                  silentIntervals = heardSomething || blocked ? 0 : silentIntervals + 1;
                  heardSomething = false;
                  if (silentIntervals >= 2) {
                    end();
                  } else {
                    scheduleChecking(millis);
                  }
                });
  }

  // Sending

  @Override
  public void send(int channel, Method method, Consumer<WireWriter> arguments) {
    if (phase != Phase.CLOSED) {
      int start = out.out().length();
      out.method(channel, method, arguments);
      sent(channel, method, start);
    }
  }

  @Override
  public void send(int channel, Method method, Consumer<WireWriter> arguments, Message content) {
    if (phase != Phase.CLOSED) {
      int start = out.out().length();
      out.method(channel, method, arguments);
      out.content(channel, content.properties().bytes(), content.body(), handshake.frameMax());
      sent(channel, method, start);
    }
  }

  private void sent(int channel, Method method, int start) {
    sentSomething = true;
    if (state.trace().isOn()) {
      WireWriter all = out.out();
      trace(
          "<-",
          channel,
          method,
          new WireReader(
              ByteBuffer.wrap(all.array(), start, all.length() - start).position(start + 11)));
    }
    FrameFault fault =
        state.faults().hasFrameRules() ? state.faults().frame(false, method, name()) : null;
    if (fault != null) {
      strikeOutput(fault, start);
    }
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
    unflushed.add(channel);
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
      transport.send(out.out());
      if (endAfterFlush && out.out().length() == 0) {
        if (resetAfterFlush) {
          transport.reset();
        }
        end();
      }
    } catch (IOException e) {
      end();
    }
  }

  private void flushConfirms() {
    if (unflushed.isEmpty()) {
      return;
    }
    if (loop.scheduler().sendsConfirmsNow()) {
      List<Channel> all = new ArrayList<>(unflushed);
      unflushed.clear();
      all.forEach(Channel::flush);
    } else {
      loop.wallTime().after(1, this::written);
    }
  }

  private void trace(String direction, int channel, Method method, WireReader in) {
    state
        .trace()
        .add(id + " " + name() + " " + direction + " " + channel + " " + method.describe(in));
  }

  // Faults

  /** Does what a test has planned for a method that arrives and returns whether it is lost. */
  private boolean strike(FrameFault fault) {
    switch (fault.kind()) {
      case CUT -> end();
      case RESET -> reset();
      case STALL -> stall();
      case DROP, DELAY -> {}
    }
    return fault.kind() != FrameFault.Kind.DELAY;
  }

  /** Does what a test has planned for a method that has just been written. */
  private void strikeOutput(FrameFault fault, int start) {
    WireWriter all = out.out();
    switch (fault.kind()) {
      case CUT -> {
        all.truncate((int) Math.min(all.length(), start + fault.amount()));
        endWhenFlushed();
      }
      case RESET -> {
        // A queue may be in the middle of a delivery, so the end waits for the end of the turn.
        all.truncate(start);
        resetAfterFlush = true;
        endWhenFlushed();
      }
      case STALL -> {
        all.truncate(start);
        stall();
      }
      case DROP -> all.truncate(start);
      case DELAY -> {
        byte[] late = Arrays.copyOfRange(all.array(), start, all.length());
        all.truncate(start);
        state
            .faults()
            .later(
                fault.amount(),
                () -> {
                  if (phase != Phase.CLOSED) {
                    out.out().bytes(late, 0, late.length);
                    written();
                  }
                });
      }
    }
  }

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

  // The end

  private void endWhenFlushed() {
    endAfterFlush = true;
    deadlineIn(CLOSE_MILLIS);
    written();
  }

  private void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    cancelDeadline();
    cancel(heartbeatSending);
    cancel(heartbeatChecking);
    transport.close();
    state.connections().remove(this);
    releaseChannels();
  }

  private void deadlineIn(long millis) {
    cancelDeadline();
    deadline = loop.wallTime().after(millis, this::end);
  }

  private void cancelDeadline() {
    cancel(deadline);
    deadline = null;
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // What others ask

  @Override
  public boolean hasRoom() {
    return phase == Phase.RUNNING && !endAfterFlush && transport.hasRoom(out.out());
  }

  @Override
  public boolean understands(String capability) {
    FieldValue capabilities = handshake.clientProperties().get("capabilities");
    if (capabilities == null || capabilities.type() != FieldType.TABLE) {
      return false;
    }
    FieldValue value = capabilities.table().get(capability);
    return value != null && Boolean.TRUE.equals(value.value());
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
    FieldValue name = handshake.clientProperties().get("connection_name");
    return name == null ? "" : name.toString();
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

  /** Whether the client is blocked by an alarm. */
  public boolean isBlocked() {
    return blocked;
  }

  /** {@return how many channels are open} */
  public int channelCount() {
    return channels.size();
  }
}
