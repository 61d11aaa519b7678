package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.channel.Content;
import io.artel.events.testkit.internal.embedded.fault.FrameFault;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.FrameReader;
import io.artel.events.testkit.internal.embedded.wire.FrameWriter;
import io.artel.events.testkit.internal.embedded.wire.MalformedException;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one client sends, from frames to whole methods: checked, traced, struck by faults that are
 * planned, and handed on when its turn comes.
 */
final class Incoming implements FrameReader.Sink {
  private final ClientConnection connection;
  private final EventLoop loop;
  private final BrokerState state;
  private final ChannelTable channels;
  private final FrameReader frames;

  Incoming(
      ClientConnection connection,
      EventLoop loop,
      BrokerState state,
      ChannelTable channels,
      int frameMax) {
    this.connection = connection;
    this.loop = loop;
    this.state = state;
    this.channels = channels;
    frames = new FrameReader(frameMax);
  }

  /** Sets the largest frame that is agreed upon. */
  void frameMax(int bytes) {
    frames.frameMax(bytes);
  }

  /** Takes the whole frames that have come in, as long as they are wanted. */
  void read(ByteBuffer in) {
    try {
      frames.read(in, this);
    } catch (AmqpException e) {
      connection.fail(e, 0, null);
      in.position(in.limit());
    }
  }

  @Override
  public boolean wantsMore() {
    return connection.wantsFrames();
  }

  @Override
  public void frame(int type, int channel, ByteBuffer payload) {
    try {
      arrived(type, channel, payload);
    } catch (AmqpException e) {
      connection.fail(e, channel, null);
    } catch (MalformedException e) {
      connection.fail(e);
    }
  }

  private void arrived(int type, int channel, ByteBuffer payload) {
    requireFrame(type, channel, payload);
    if (type == FrameWriter.HEARTBEAT || (connection.isClosing() && channel != 0)) {
      return;
    }
    if (channels.isEnding(channel) && connection.isOpen()) {
      endingChannel(type, channel, payload);
      return;
    }
    channels
        .assembler(
            channel,
            number ->
                new Assembler(
                    state.dialect(),
                    (method, in, content) -> assembled(number, method, in, content)))
        .frame(type, payload);
    if (type != FrameWriter.METHOD && connection.isOpen()) {
      connection.blockIfAlarmed();
    }
  }

  private void requireFrame(int type, int channel, ByteBuffer payload) {
    boolean heartbeat = type == FrameWriter.HEARTBEAT && payload.remaining() == 0;
    if (!heartbeat && !Assembler.isFrame(type, payload)) {
      throw ReplyCode.FRAME_ERROR.connectionError(shown(type, payload) + ": unknown_frame");
    }
    boolean onConnection = type == FrameWriter.METHOD || heartbeat;
    if (channel == 0 ? !onConnection : heartbeat || connection.isStarting()) {
      throw ReplyCode.UNEXPECTED_FRAME.error(shown(type, payload));
    }
  }

  private static String shown(int type, ByteBuffer payload) {
    return "type " + type + ", all octets = " + FrameReader.octets(payload);
  }

  /** A channel that has been ended hears only of its end. */
  private void endingChannel(int type, int channel, ByteBuffer payload) {
    if (type != FrameWriter.METHOD) {
      return;
    }
    Method method = Method.of(payload.getShort(0) & 0xffff, payload.getShort(2) & 0xffff);
    if (method == Method.CHANNEL_CLOSE_OK) {
      channels.ended(channel);
    } else if (method == Method.CHANNEL_CLOSE) {
      connection.send(channel, Method.CHANNEL_CLOSE_OK, none -> {});
    } else if (method == Method.CHANNEL_OPEN) {
      throw ReplyCode.CHANNEL_ERROR.error("second 'channel.open' seen").causedBy(method);
    }
  }

  private void assembled(int channel, Method method, WireReader in, @Nullable Content content) {
    if (state.trace().isOn()) {
      connection.trace("->", channel, method, in.copy());
    }
    if (state.faults().hasFrameRules() && isLost(method)) {
      return;
    }
    if (loop.scheduler().isInOrder() || channel == 0) {
      connection.handle(channel, method, in, content);
    } else {
      WireReader copy = in.copy();
      loop.scheduler()
          .schedule(
              connection.id() + "/" + channel,
              () -> {
                if (connection.isOpen() && !channels.isEnding(channel)) {
                  connection.handle(channel, method, copy, content);
                }
              });
    }
  }

  /** Does what a test has planned for a method, and returns whether it goes no further. */
  private boolean isLost(Method method) {
    FrameFault fault = state.faults().frame(true, method, connection.name());
    if (fault == null) {
      return false;
    }
    switch (fault.kind()) {
      case CUT -> connection.cut();
      case RESET -> connection.reset();
      case STALL -> connection.stall();
      case DROP, DELAY -> {}
    }
    return fault.kind() != FrameFault.Kind.DELAY;
  }
}
