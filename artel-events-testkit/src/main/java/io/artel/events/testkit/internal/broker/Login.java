package io.artel.events.testkit.internal.broker;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** User and password, as they stand before the {@code @} of a URI. */
record Login(String user, String password) {
  /** The user that every new broker has, for the loopback interface only. */
  static final Login GUEST = new Login("guest", "guest");

  static Login of(URI uri, Login otherwise) {
    String both = uri.getRawUserInfo();
    if (both == null) {
      return otherwise;
    }
    String[] parts = both.split(":", 2);
    return new Login(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
  }

  /** The value of the header {@code Authorization}. */
  String authorization() {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** A part of a URI's path, with everything escaped that needs it. */
  static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return user;
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
