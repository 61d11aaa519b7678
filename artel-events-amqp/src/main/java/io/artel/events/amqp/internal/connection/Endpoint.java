package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker is and how it is talked to.
 *
 * @param member what it is called as one of several brokers, or null if it is the only one
 * @param tls the context of a TLS connection, or null for a plain one
 */
public record Endpoint(
    @Nullable String member,
    List<Address> addresses,
    String username,
    String password,
    String virtualHost,
    @Nullable SSLContext tls,
    boolean verifyHostname,
    Duration heartbeat,
    Duration connectTimeout) {

  /** Larger than any broker's limit, so that no message can kill the connection by its size. */
  private static final int MAX_INBOUND_BODY = 256 * 1024 * 1024;

  /** How long the broker may take to answer a declare, an open, a close. */
  public static final Duration RPC_TIMEOUT = Duration.ofSeconds(30);

  /** A factory of plain connections: recovery is ours, since the client's loses confirmations. */
  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUsername(username);
    factory.setPassword(password);
    factory.setVirtualHost(virtualHost);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat(Math.toIntExact(heartbeat.toSeconds()));
    factory.setConnectionTimeout(Math.toIntExact(connectTimeout.toMillis()));
    factory.setHandshakeTimeout(Math.toIntExact(connectTimeout.toMillis()));
    factory.setShutdownTimeout(0);
    factory.setChannelRpcTimeout(Math.toIntExact(RPC_TIMEOUT.toMillis()));
    factory.setMaxInboundMessageBodySize(MAX_INBOUND_BODY);
    factory.setExceptionHandler(new LoggingExceptionHandler());
    if (tls != null) {
      factory.useSslProtocol(tls); // which verifies the host's name since 5.33
      if (verifyHostname) {
        factory.enableHostnameVerification();
      } else {
        factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator());
      }
    }
    return factory;
  }

  /** User, addresses and virtual host; never the password. */
  @Override
  public String toString() {
    return (tls == null ? "amqp://" : "amqps://")
        + username
        + "@"
        + addresses.stream().map(Address::toString).collect(Collectors.joining(","))
        + " vhost '"
        + virtualHost
        + "'";
  }
}
