package io.artel.events.testkit.internal.embedded.vhost;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Someone who may log in, with what is allowed in which virtual host. */
public final class User {
  private final String name;
  private final String password;
  private final Map<String, Permissions> permissions = new HashMap<>();

  /** A user without any permission. */
  public User(String name, String password) {
    this.name = name;
    this.password = password;
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** Whether this is the password. */
  public boolean hasPassword(String text) {
    return password.equals(text);
  }

  /** Sets what the user may do in a virtual host. */
  public void permit(String vhost, Permissions what) {
    permissions.put(vhost, what);
  }

  /** Whether the user may open connections to a virtual host. */
  public boolean mayUse(String vhost) {
    return permissions.containsKey(vhost);
  }

  /** What a method does with a queue or exchange. */
  public enum Access {
    CONFIGURE,
    WRITE,
    READ
  }

  /**
   * Checks a permission.
   *
   * @param kind {@code queue} or {@code exchange}
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if it is not given
   */
  public void require(Access access, String kind, String resource, String vhost, Dialect dialect) {
    Permissions granted = permissions.get(vhost);
    String shown = kind.equals("exchange") && resource.isEmpty() ? "amq.default" : resource;
    if (Permissions.ALL.equals(granted) || allows(granted, access, shown)) {
      return;
    }
    String what = dialect.since(Dialect.V4_0) ? access.name().toLowerCase(Locale.ROOT) + " " : "";
    throw ReplyCode.ACCESS_REFUSED.error(
        what
            + "access to "
            + kind
            + " '"
            + shown
            + "' in vhost '"
            + vhost
            + "' refused for user '"
            + name
            + "'");
  }

  private static boolean allows(@Nullable Permissions granted, Access access, String resource) {
    if (granted == null) {
      return false;
    }
    Pattern pattern =
        switch (access) {
          case CONFIGURE -> granted.configure();
          case WRITE -> granted.write();
          case READ -> granted.read();
        };
    return pattern.matcher(resource).find();
  }
}
