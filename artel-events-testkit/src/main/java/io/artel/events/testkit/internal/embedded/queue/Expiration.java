package io.artel.events.testkit.internal.embedded.queue;

import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.math.BigInteger;

/** The time to live that a publisher gives its message. */
public final class Expiration {
  /** Ten years, the longest time that RabbitMQ takes. */
  static final long LONGEST = 315_360_000_000L;

  /** What {@link #millis} says of a message that has none. */
  public static final long NONE = -1;

  private Expiration() {}

  /**
   * Reads a message's time to live, which a channel does before it routes the message.
   *
   * @return milliseconds, or {@link #NONE}
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if it is no such time
   */
  public static long millis(Properties properties) {
    String text = properties.expiration();
    if (text == null) {
      return NONE;
    }
    int digits = digits(text);
    if (digits == 0) {
      throw wrong(text, "no_integer");
    }
    BigInteger number = new BigInteger(text.substring(0, digits));
    if (digits < text.length()) {
      throw wrong(text, "{leftover_string,\"" + text.substring(digits) + "\"}");
    }
    if (number.signum() < 0) {
      throw wrong(text, "{value_negative," + number + "}");
    }
    if (number.compareTo(BigInteger.valueOf(LONGEST)) > 0) {
      throw wrong(text, "{value_too_large," + number + "}");
    }
    return number.longValue();
  }

  /** {@return how many characters at the start are a whole number} */
  private static int digits(String text) {
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int end = sign;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end == sign ? 0 : end;
  }

  private static RuntimeException wrong(String text, String why) {
    return ReplyCode.PRECONDITION_FAILED.error("invalid expiration '" + text + "': " + why);
  }
}
