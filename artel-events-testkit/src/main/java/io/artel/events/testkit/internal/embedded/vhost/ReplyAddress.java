package io.artel.events.testkit.internal.embedded.vhost;

/** Addresses for direct replies: text that nobody else has, and a check of it. */
public final class ReplyAddress {
  /** What a client consumes from, and names as its address for replies. */
  public static final String QUEUE = "amq.rabbitmq.reply-to";

  static final String PREFIX = QUEUE + ".";

  private ReplyAddress() {}

  /** {@return the address with this text in it} */
  public static String of(String unique) {
    return PREFIX + unique + "." + check(unique);
  }

  /** Whether a broker made this address up, now or before. */
  public static boolean isGenuine(String address) {
    int dot = address.lastIndexOf('.');
    return address.startsWith(PREFIX)
        && dot > PREFIX.length()
        && address.substring(dot + 1).equals(check(address.substring(PREFIX.length(), dot)));
  }

  private static String check(String unique) {
    return Integer.toHexString(unique.hashCode());
  }
}
