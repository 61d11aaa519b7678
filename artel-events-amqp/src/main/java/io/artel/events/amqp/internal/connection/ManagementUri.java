package io.artel.events.amqp.internal.connection;

import java.net.URI;
import java.util.Locale;

/** Where the management API is, and who asks. */
public record ManagementUri(URI base, String username, String password) {

  private static final String FORM =
      "a management URI has the form http://user:password@host:15672 (or https://), but ";

  /**
   * Parses.
   *
   * @throws IllegalArgumentException with what is wrong, and nothing of the input that could be a
   *     credential
   */
  public static ManagementUri parse(String text) {
    URI uri = AmqpUri.syntax(text, FORM);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if ((!scheme.equals("http") && !scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(FORM + "this one's scheme or host is another");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          FORM + "this one has a query or a fragment; a '?' or '#' in a password is %3F or %23");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new IllegalArgumentException(FORM + "this one's port is not 1 to 65535");
    }
    if (uri.getRawPath() != null && uri.getRawPath().indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          FORM + "this one has a '@' behind a '/': in a password write %2F, in a path %40");
    }
    AmqpUri.UserInfo user = AmqpUri.UserInfo.of(uri, "guest", "guest");
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return new ManagementUri(
        URI.create(scheme + "://" + uri.getHost() + port + path), user.name(), user.password());
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
