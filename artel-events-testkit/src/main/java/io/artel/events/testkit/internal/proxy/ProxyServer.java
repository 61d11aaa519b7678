package io.artel.events.testkit.internal.proxy;

import io.artel.events.testkit.BrokerProxy.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Accepts clients, and holds what is wrong with the network. Thread-safe. */
public final class ProxyServer {
  private static final int BACKLOG = 64;
  private static final long NANOS_PER_WAIT = 5_000_000;

  private final String host;
  private final int brokerPort;
  private final ServerSocket listening;
  private final Set<ProxyConnection> open = ConcurrentHashMap.newKeySet();
  private final Set<Direction> swallowing = ConcurrentHashMap.newKeySet();
  private final AtomicInteger confirmsToLose = new AtomicInteger();
  private final AtomicInteger acksToLose = new AtomicInteger();
  private final AtomicInteger acksToRepeat = new AtomicInteger();
  private final AtomicInteger publishesToCut = new AtomicInteger();
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong swallowed = new AtomicLong();
  private final AtomicLong closedChannels = new AtomicLong();
  private volatile long delayNanos;
  private volatile boolean stalled;
  private volatile boolean refusing;

  /** A proxy on a free port, before the broker that listens there. */
  public ProxyServer(String host, int brokerPort) {
    this.host = host;
    this.brokerPort = brokerPort;
    try {
      listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread acceptor = new Thread(this::accept, "artel-proxy-" + port());
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** The port it listens on. */
  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        take(listening.accept());
      } catch (IOException e) {
        // It was closed, or a client left before it was accepted.
      }
    }
  }

  private void take(Socket client) throws IOException {
    made.incrementAndGet();
    if (refusing) {
      ended.incrementAndGet();
      ProxyConnection.close(client, true);
      return;
    }
    Socket broker;
    try {
      broker = new Socket(host, brokerPort);
    } catch (IOException e) {
      ProxyConnection.close(client, true); // nobody listens there now
      return;
    }
    ProxyConnection connection = new ProxyConnection(this, client, broker);
    open.add(connection);
    connection.start();
    if (listening.isClosed()) {
      connection.end(true);
    }
  }

  void forget(ProxyConnection connection) {
    open.remove(connection);
  }

  void countEnded() {
    ended.incrementAndGet();
  }

  boolean swallows(Direction direction) {
    return swallowing.contains(direction);
  }

  void countSwallowed() {
    swallowed.incrementAndGet();
  }

  void countClosedChannel() {
    closedChannels.incrementAndGet();
  }

  /** Takes one from the confirmations, or the acknowledgements, that are still to be lost. */
  boolean takeAckToLose(Direction direction) {
    return take(direction == Direction.TO_CLIENT ? confirmsToLose : acksToLose);
  }

  /** Takes one from the acknowledgements that are still to be repeated. */
  boolean takeAckToRepeat() {
    return take(acksToRepeat);
  }

  /** Takes one from what is still to be cut. */
  boolean takePublishToCut() {
    return take(publishesToCut);
  }

  private static boolean take(AtomicInteger planned) {
    return planned.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  long delayNanos() {
    return delayNanos;
  }

  /** Returns when nothing holds up reading. */
  void awaitUnstalled() {
    while (stalled && !listening.isClosed()) {
      LockSupport.parkNanos(NANOS_PER_WAIT);
    }
  }

  /** Does this to each open connection. */
  public void each(Consumer<ProxyConnection> action) {
    open.forEach(action);
  }

  /** Swallows what goes this way from now on. */
  public void swallow(Direction direction) {
    swallowing.add(direction);
  }

  /** Reads nothing, or reads again. */
  public void stall(boolean now) {
    stalled = now;
  }

  /** Holds everything back for so long. */
  public void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /** Cuts the next event that is published. */
  public void cutNextPublish() {
    publishesToCut.incrementAndGet();
  }

  /** Loses so many more confirmations. */
  public void loseConfirms(int count) {
    confirmsToLose.addAndGet(count);
  }

  /** Resets new connections, or takes them again. */
  public void refuse(boolean now) {
    refusing = now;
  }

  /** Loses so many more acknowledgements. */
  public void loseAcks(int count) {
    acksToLose.addAndGet(count);
  }

  /** Sends the next acknowledgement twice. */
  public void repeatNextAck() {
    acksToRepeat.incrementAndGet();
  }

  /** Ends all that is wrong. */
  public void heal() {
    swallowing.clear();
    confirmsToLose.set(0);
    acksToLose.set(0);
    acksToRepeat.set(0);
    publishesToCut.set(0);
    delayNanos = 0;
    stalled = false;
    refusing = false;
  }

  /** How many connections are open. */
  public int openConnections() {
    return open.size();
  }

  /** How many connections clients ever made. */
  public long madeConnections() {
    return made.get();
  }

  /** How many connections the proxy ended. */
  public long endedConnections() {
    return ended.get();
  }

  /** How many channels the broker closed. */
  public long closedChannels() {
    return closedChannels.get();
  }

  /** How many frames it swallowed. */
  public long swallowedFrames() {
    return swallowed.get();
  }

  /** Ends all. */
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    each(connection -> connection.end(true));
  }
}
