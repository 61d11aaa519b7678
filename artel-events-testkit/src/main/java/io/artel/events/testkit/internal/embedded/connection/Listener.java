package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.fault.FaultPlan.Arrivals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Waits for clients at an address. */
public final class Listener implements EventLoop.Socket, AutoCloseable {
  private static final int BACKLOG = 1024;

  private final EventLoop loop;
  private final BrokerState state;
  private final ServerSocketChannel server;
  private final InetSocketAddress address;
  private final List<SocketChannel> ignored = new ArrayList<>();

  /**
   * Begins to wait for clients; to be called on the broker's thread.
   *
   * @param address where; port 0 takes a free one
   */
  public Listener(EventLoop loop, BrokerState state, InetSocketAddress address) throws IOException {
    this.loop = loop;
    this.state = state;
    server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      server.configureBlocking(false);
      server.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
      this.address = (InetSocketAddress) server.getLocalAddress();
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** {@return where it waits, with the port that was taken} */
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      for (SocketChannel socket = server.accept(); socket != null; socket = server.accept()) {
        welcome(socket);
      }
    } catch (IOException e) {
      // A client that is gone before it was served leaves nothing to do.
    }
  }

  private void welcome(SocketChannel socket) throws IOException {
    Arrivals arrivals = state.faults().arrivals();
    if (arrivals == Arrivals.CLOSED) {
      socket.close();
    } else if (arrivals == Arrivals.IGNORED) {
      ignored.add(socket);
    } else {
      socket.configureBlocking(false);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = socket.register(loop.selector(), SelectionKey.OP_READ);
      key.attach(new ClientConnection(loop, state, new Transport(socket, key)));
    }
  }

  @Override
  public void flush() {
    // A listener has nothing to send.
  }

  /** Closes the door; to be called on the broker's thread. */
  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel socket : ignored) {
      socket.close();
    }
    // The port is free only after the selector has looked once more.
    loop.selector().selectNow();
  }
}
