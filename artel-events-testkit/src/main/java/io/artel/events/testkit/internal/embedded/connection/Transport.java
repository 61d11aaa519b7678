package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The socket of one client, with what has come in and is not read, and what is to go out. */
final class Transport {
  private static final int FIRST_INPUT = 16 * 1024;

  /** Enough for the largest frame that a client may send, and for many small ones at once. */
  private static final int LARGE_INPUT = 192 * 1024;

  private static final int LARGEST_WRITE = 128 * 1024;
  private static final int LARGEST_IDLE_OUTPUT = 1024 * 1024;

  /** Above this the client gets no more deliveries until it has taken some. */
  private static final int DELIVERY_BACKLOG = 512 * 1024;

  /** Above this nothing more is read from the client until it has taken some. */
  private static final int REPLY_BACKLOG = 8 * 1024 * 1024;

  private final SocketChannel socket;
  private final SelectionKey key;
  private ByteBuffer in = ByteBuffer.allocate(FIRST_INPUT).limit(0);
  private int sent;
  private boolean reading = true;
  private boolean stalled;

  Transport(SocketChannel socket, SelectionKey key) {
    this.socket = socket;
    this.key = key;
  }

  /** {@return what has come in and is not used up; the reader moves its position} */
  ByteBuffer input() {
    return in;
  }

  /**
   * Takes in what the socket has.
   *
   * @return false if the client has ended the connection
   */
  boolean receive() throws IOException {
    makeRoom();
    int start = in.position();
    int end = in.limit();
    in.limit(in.capacity()).position(end);
    int count;
    try {
      count = socket.read(in);
    } finally {
      in.limit(in.position()).position(start);
    }
    return count >= 0;
  }

  /** Makes room for more: a small buffer that was too small becomes one for the largest frame. */
  private void makeRoom() {
    if (!in.hasRemaining()) {
      in.position(0).limit(0);
    }
    if (in.limit() < in.capacity()) {
      return;
    }
    if (in.capacity() < LARGE_INPUT) {
      in = ByteBuffer.allocate(LARGE_INPUT).put(in).flip();
    } else {
      in.compact().flip();
    }
  }

  /** Sends as much as the client takes; the rest goes when it takes more. */
  void send(WireWriter out) throws IOException {
    if (stalled) {
      out.clear();
      return;
    }
    while (sent < out.length()) {
      int size = Math.min(LARGEST_WRITE, out.length() - sent);
      int written = socket.write(ByteBuffer.wrap(out.array(), sent, size));
      sent += written;
      if (written < size) {
        break;
      }
    }
    if (sent == out.length()) {
      out.clear();
      sent = 0;
      out.shrink(LARGEST_IDLE_OUTPUT);
    } else if (sent > out.length() / 2) {
      out.removeFirst(sent);
      sent = 0;
    }
    interest(out);
  }

  /** Whether the client takes what it is sent fast enough for more deliveries. */
  boolean hasRoom(WireWriter out) {
    return out.length() - sent < DELIVERY_BACKLOG;
  }

  /** Whether so much waits to be sent that nothing more should be read. */
  boolean isClogged(WireWriter out) {
    return out.length() - sent > REPLY_BACKLOG;
  }

  /** Begins or stops reading from the socket. */
  void reading(boolean wanted, WireWriter out) {
    reading = wanted;
    interest(out);
  }

  /** Neither reads nor sends from now on, and leaves the socket open. */
  void stall() {
    stalled = true;
    if (key.isValid()) {
      key.interestOps(0);
    }
  }

  boolean isStalled() {
    return stalled;
  }

  private void interest(WireWriter out) {
    int wanted =
        (reading && !isClogged(out) ? SelectionKey.OP_READ : 0)
            | (sent < out.length() ? SelectionKey.OP_WRITE : 0);
    if (stalled) {
      wanted = 0;
    }
    if (key.isValid() && key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  /** Ends the connection in good order for TCP. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  /** Ends the connection with a TCP reset. */
  void reset() {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // The client has ended it before.
    }
    close();
  }
}
