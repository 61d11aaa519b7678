package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.fault.FrameFault;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.FrameWriter;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** What one client is sent: gathered as frames, traced, and struck by faults that are planned. */
final class Outgoing {
  /** Where the arguments of a method begin in its frame. */
  private static final int ARGUMENTS = 11;

  private final ClientConnection connection;
  private final BrokerState state;
  private final Transport transport;
  private final FrameWriter frames = new FrameWriter();
  private boolean ending;
  private boolean resetting;

  Outgoing(ClientConnection connection, BrokerState state, Transport transport) {
    this.connection = connection;
    this.state = state;
    this.transport = transport;
  }

  void method(int channel, Method method, Consumer<WireWriter> arguments) {
    int start = gathered().length();
    frames.method(channel, method, arguments);
    written(channel, method, start);
  }

  void method(
      int channel, Method method, Consumer<WireWriter> arguments, Message content, int frameMax) {
    int start = gathered().length();
    frames.method(channel, method, arguments);
    frames.content(channel, content.properties().bytes(), content.body(), frameMax);
    written(channel, method, start);
  }

  void heartbeat() {
    frames.heartbeat();
  }

  void bytes(byte[] bytes) {
    gathered().bytes(bytes, 0, bytes.length);
  }

  /** Notes that the connection ends as soon as all that has gathered is sent. */
  void endWhenSent() {
    ending = true;
  }

  /** Whether the connection ends as soon as all that has gathered is sent. */
  boolean isEnding() {
    return ending;
  }

  /**
   * Sends as much as the client takes.
   *
   * @return whether the connection ends now
   */
  boolean send() throws IOException {
    transport.send(gathered());
    boolean ends = ending && gathered().length() == 0;
    if (ends && resetting) {
      transport.reset();
    }
    return ends;
  }

  /** Whether the client takes what it is sent fast enough for more deliveries. */
  boolean hasRoom() {
    return !ending && transport.hasRoom(gathered());
  }

  /** Begins or stops reading from the client. */
  void reading(boolean wanted) {
    transport.reading(wanted, gathered());
  }

  private WireWriter gathered() {
    return frames.out();
  }

  private void written(int channel, Method method, int start) {
    WireWriter all = gathered();
    if (state.trace().isOn()) {
      ByteBuffer frame = ByteBuffer.wrap(all.array(), start, all.length() - start);
      WireReader arguments = new WireReader(frame.position(start + ARGUMENTS));
      connection.trace("<-", channel, method, arguments);
    }
    if (state.faults().hasFrameRules()) {
      FrameFault fault = state.faults().frame(false, method, connection.name());
      if (fault != null) {
        strike(fault, start);
      }
    }
  }

  /** Does what a test has planned for a method that has just been written. */
  private void strike(FrameFault fault, int start) {
    WireWriter all = gathered();
    switch (fault.kind()) {
      case CUT -> {
        all.truncate((int) Math.min(all.length(), start + fault.amount()));
        connection.endWhenFlushed();
      }
      case RESET -> {
        // A queue may be in the middle of a delivery, so the end waits for the end of the turn.
        all.truncate(start);
        resetting = true;
        connection.endWhenFlushed();
      }
      case STALL -> {
        all.truncate(start);
        transport.stall();
      }
      case DROP -> all.truncate(start);
      case DELAY -> {
        byte[] late = Arrays.copyOfRange(all.array(), start, all.length());
        all.truncate(start);
        state.faults().later(fault.amount(), () -> connection.sendLate(late));
      }
    }
  }
}
