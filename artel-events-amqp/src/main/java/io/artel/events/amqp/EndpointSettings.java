package io.artel.events.amqp;

import io.artel.events.amqp.internal.connection.Address;
import io.artel.events.amqp.internal.connection.AmqpUri;
import io.artel.events.amqp.internal.connection.Endpoint;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Collects where brokers are and how they are talked to. */
final class EndpointSettings {

  final List<Address> addresses = new ArrayList<>();
  @Nullable AmqpUri uri;
  @Nullable BrokerGroup group;
  @Nullable String username;
  @Nullable String password;
  @Nullable String virtualHost;
  boolean tls;
  @Nullable SSLContext sslContext;
  boolean verifyHostname = true;
  Duration heartbeat = Duration.ofSeconds(10);
  Duration connectTimeout = Duration.ofSeconds(10);

  /** One endpoint, or one for each member of the group. */
  List<Endpoint> endpoints() {
    if (group == null) {
      return List.of(endpoint(uri != null ? uri : AmqpUri.LOCALHOST, null));
    }
    if (uri != null || !addresses.isEmpty() || virtualHost != null) {
      throw new IllegalArgumentException(
          "brokers("
              + String.join(", ", group.members())
              + ") says where each member is: leave out uri(…), address(…) and virtualHost(…)");
    }
    for (AmqpUri member : group.uris()) {
      if (tls && !member.tls()) {
        throw new IllegalArgumentException(
            "tls is on, but the URI of member "
                + member.member()
                + " begins with amqp://: begin it with amqps://");
      }
    }
    return group.uris().stream().map(member -> endpoint(member, member.member())).toList();
  }

  private Endpoint endpoint(AmqpUri base, @Nullable String member) {
    boolean secure = tls || base.tls();
    if (!verifyHostname && !secure) {
      throw new IllegalArgumentException(
          "withoutHostnameVerification() needs TLS: use amqps:// or tls()");
    }
    return new Endpoint(
        member,
        addresses.isEmpty() ? List.of(base.address(secure)) : List.copyOf(addresses),
        username != null ? username : base.username(),
        password != null ? password : base.password(),
        virtualHost != null ? virtualHost : base.virtualHost(),
        secure ? (sslContext != null ? sslContext : platformContext()) : null,
        verifyHostname,
        heartbeat,
        connectTimeout);
  }

  private static SSLContext platformContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no default TLS context", e);
    }
  }
}
