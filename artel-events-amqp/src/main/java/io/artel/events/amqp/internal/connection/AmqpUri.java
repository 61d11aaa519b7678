package io.artel.events.amqp.internal.connection;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A parsed {@code amqp://} URI. We parse it ourselves: errors of the client's and of {@link URI}'s
 * repeat the input, password included.
 *
 * @param portGiven whether the address has the URI's port, and not the usual one
 */
public record AmqpUri(
    boolean tls,
    Address address,
    boolean portGiven,
    String username,
    String password,
    String virtualHost) {

  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  /** What an empty URI means. */
  public static final AmqpUri LOCALHOST =
      new AmqpUri(false, new Address("localhost", PORT), false, "guest", "guest", "/");

  private static final String FORM =
      "an AMQP URI has the form amqp://user:password@host:port/vhost (amqps:// for TLS), but ";

  /**
   * Parses.
   *
   * @throws IllegalArgumentException with what is wrong, and nothing of the input that could be a
   *     credential
   */
  public static AmqpUri parse(String text) {
    URI uri = syntax(text, FORM);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("amqps");
    if (!tls && !scheme.equals("amqp")) {
      throw new IllegalArgumentException(
          FORM
              + (scheme.isEmpty() ? "this one has no scheme" : "this one's scheme is not amqp(s)"));
    }
    if (!text.trim().startsWith("://", scheme.length())) {
      // Read as a path, what is meant as a login would become a virtual host, which we print.
      throw new IllegalArgumentException(FORM + "this one has no '//' after the scheme");
    }
    if (uri.getHost() == null && uri.getRawAuthority() != null) {
      throw new IllegalArgumentException(FORM + "this one's host or port cannot be read");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          FORM + "this one has a query or a fragment; a '?' or '#' in a password is %3F or %23");
    }
    UserInfo user = UserInfo.of(uri, "guest", "guest");
    return new AmqpUri(
        tls,
        new Address(
            uri.getHost() == null ? "localhost" : bare(uri.getHost()),
            uri.getPort() < 0 ? (tls ? TLS_PORT : PORT) : uri.getPort()),
        uri.getPort() >= 0,
        user.name(),
        user.password(),
        virtualHost(uri.getRawPath()));
  }

  /** What it is called as one of several brokers: nothing of it is a credential. */
  public String member() {
    return virtualHost.equals("/") ? address.toString() : address + "/" + virtualHost;
  }

  /** Its address; without a port of its own, the usual one with or without TLS. */
  public Address address(boolean secure) {
    return portGiven ? address : new Address(address.host(), secure ? TLS_PORT : PORT);
  }

  private static String virtualHost(@Nullable String path) {
    if (path == null || path.isEmpty() || path.equals("/")) {
      return "/";
    }
    if (path.indexOf('/', 1) >= 0) {
      throw new IllegalArgumentException(
          FORM + "this one's path has several segments; a '/' in a virtual host is %2F");
    }
    if (path.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          FORM + "this one has a '@' behind a '/': in a password write %2F, in a path %40");
    }
    return decode(path.substring(1));
  }

  /** Parses the syntax only; the error repeats nothing of the input. */
  static URI syntax(String text, String form) {
    try {
      return new URI(text.trim());
    } catch (URISyntaxException e) {
      // Without the cause: its text contains the input.
      throw new IllegalArgumentException(
          form
              + "this one cannot be read at character "
              + e.getIndex()
              + "; special characters in a user, a password or a virtual host are written as %XX");
    }
  }

  static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (tls ? "amqps://" : "amqp://") + username + "@" + address + "/" + virtualHost;
  }

  /** Name and password of a URI. */
  record UserInfo(String name, String password) {
    static UserInfo of(URI uri, String defaultName, String defaultPassword) {
      String info = uri.getRawUserInfo();
      if (info == null || info.isEmpty()) {
        return new UserInfo(defaultName, defaultPassword);
      }
      int colon = info.indexOf(':');
      return colon < 0
          ? new UserInfo(decode(info), defaultPassword)
          : new UserInfo(decode(info.substring(0, colon)), decode(info.substring(colon + 1)));
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
