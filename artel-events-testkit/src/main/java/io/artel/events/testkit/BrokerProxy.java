package io.artel.events.testkit;

import io.artel.events.testkit.internal.proxy.ProxyServer;
import java.net.URI;
import java.time.Duration;

/**
 * A bad network between clients and a broker: it forwards AMQP 0-9-1 over TCP, without TLS, and
 * does to it what networks do.
 *
 * <pre>{@code
 * try (var proxy = BrokerProxy.before(broker.amqpUri())) {
 *   connect(proxy.amqpUri());
 *   proxy.reset();
 * }
 * }</pre>
 *
 * <p>What is said of open connections concerns those that are open at that moment. Has threads of
 * its own, which end with {@link #close()}. Safe for use by several threads.
 */
public final class BrokerProxy implements AutoCloseable {
  private static final int AMQP = 5672;

  /** Which way bytes go. */
  public enum Direction {
    /** What clients send. */
    TO_BROKER,
    /** What the broker sends. */
    TO_CLIENT
  }

  private final URI broker;
  private final ProxyServer server;

  private BrokerProxy(URI broker) {
    this.broker = broker;
    this.server = new ProxyServer(broker.getHost(), broker.getPort() < 0 ? AMQP : broker.getPort());
  }

  /**
   * A proxy on a free port of the loopback interface.
   *
   * @param amqpUri the broker's URI
   * @throws IllegalArgumentException if it is no {@code amqp} URI with a host; the text leaves it
   *     out
   */
  public static BrokerProxy before(String amqpUri) {
    URI uri;
    try {
      uri = URI.create(amqpUri);
    } catch (IllegalArgumentException e) {
      throw notForProxies();
    }
    if (!"amqp".equals(uri.getScheme()) || uri.getHost() == null) {
      throw notForProxies();
    }
    return new BrokerProxy(uri);
  }

  private static IllegalArgumentException notForProxies() {
    return new IllegalArgumentException("The broker's URI must be of the form amqp://host:port.");
  }

  /** {@return the broker's URI, by way of this proxy} */
  public String amqpUri() {
    String login = broker.getRawUserInfo() == null ? "" : broker.getRawUserInfo() + "@";
    String query = broker.getRawQuery() == null ? "" : "?" + broker.getRawQuery();
    return "amqp://" + login + "127.0.0.1:" + port() + broker.getRawPath() + query;
  }

  /** {@return the port it listens on} */
  public int port() {
    return server.port();
  }

  /** Ends the open connections with a TCP reset. */
  public void reset() {
    server.each(connection -> connection.end(true));
  }

  /** Ends the open connections in good order for TCP, without a word of AMQP. */
  public void finish() {
    server.each(connection -> connection.end(false));
  }

  /**
   * Swallows everything both ways, on open and new connections, until {@link #heal()}. Connections
   * that lost something stay dead after that: TCP never leaves a gap.
   */
  public void blackhole() {
    blackhole(Direction.TO_BROKER);
    blackhole(Direction.TO_CLIENT);
  }

  /** Swallows everything that goes this way, otherwise as {@link #blackhole()}. */
  public void blackhole(Direction direction) {
    server.swallow(direction);
  }

  /** Reads nothing both ways until {@link #heal()}; what is sent meanwhile then arrives. */
  public void stall() {
    server.stall(true);
  }

  /** Lets everything arrive so much later than it was sent, in either direction. */
  public void delay(Duration delay) {
    server.delay(delay);
  }

  /** Cuts the connection that next publishes in the middle of its event. */
  public void cutNextPublish() {
    server.cutNextPublish();
  }

  /** Loses the next confirmations of the broker, and nothing else. */
  public void loseConfirms(int count) {
    server.loseConfirms(count);
  }

  /** Loses the next acknowledgements of consumers, and nothing else. */
  public void loseAcks(int count) {
    server.loseAcks(count);
  }

  /**
   * Sends the next acknowledgement of a consumer twice, for which the broker closes its channel.
   */
  public void repeatNextAck() {
    server.repeatNextAck();
  }

  /** Resets new connections at once, until {@link #heal()}. */
  public void refuse() {
    server.refuse(true);
  }

  /** Forwards again as if nothing was. Connections that have ended or lost something stay so. */
  public void heal() {
    server.heal();
  }

  /** {@return how many connections are open} */
  public int openConnections() {
    return server.openConnections();
  }

  /** {@return how many connections clients ever made} */
  public long madeConnections() {
    return server.madeConnections();
  }

  /** {@return how many connections it ended} */
  public long endedConnections() {
    return server.endedConnections();
  }

  /** {@return how many channels the broker closed, for what a client did wrong on them} */
  public long closedChannels() {
    return server.closedChannels();
  }

  /** {@return how many frames it swallowed, lost confirmations and acknowledgements among them} */
  public long swallowedFrames() {
    return server.swallowedFrames();
  }

  /** Ends all connections and takes no more. */
  @Override
  public void close() {
    server.close();
  }
}
