package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.wire.AmqpException;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;

/** What RabbitMQ checks of a message's properties before it routes the message. */
final class PublishChecks {
  private static final int ABSENT = -1;
  private static final int TRANSIENT = 1;
  private static final int PERSISTENT = 2;
  private static final long TEN_YEARS_IN_MILLIS = 315_360_000_000L;

  private PublishChecks() {}

  static void requireUser(Properties properties, User user) {
    String claimed = properties.userId();
    if (claimed != null && !claimed.equals(user.name())) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "user_id property set to '"
              + claimed
              + "' but authenticated user was '"
              + user.name()
              + "'");
    }
  }

  static void requireDeliveryMode(Properties properties, Dialect dialect) {
    int mode = properties.deliveryMode();
    if (dialect == Dialect.V3_10 && mode != ABSENT && mode != TRANSIENT && mode != PERSISTENT) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "invalid message: {delivery_mode_unknown," + mode + "}");
    }
  }

  static void requireExpiration(Properties properties) {
    String expiration = properties.expiration();
    if (expiration == null) {
      return;
    }
    int digits = expiration.startsWith("-") || expiration.startsWith("+") ? 1 : 0;
    int end = digits;
    while (end < expiration.length() && Character.digit(expiration.charAt(end), 10) >= 0) {
      end++;
    }
    if (end == digits) {
      throw invalid(expiration, "no_integer");
    }
    if (end < expiration.length()) {
      throw invalid(expiration, "{leftover_string,\"" + expiration.substring(end) + "\"}");
    }
    if (expiration.startsWith("-") && !expiration.matches("-0+")) {
      throw invalid(expiration, "{value_negative," + expiration.replaceFirst("-0*", "-") + "}");
    }
    String number = expiration.replaceFirst("^[+-]?0*", "");
    if (number.length() > 18
        || (!number.isEmpty() && Long.parseLong(number) > TEN_YEARS_IN_MILLIS)) {
      throw invalid(expiration, "{value_too_large," + number + "}");
    }
  }

  private static AmqpException invalid(String expiration, String why) {
    return ReplyCode.PRECONDITION_FAILED.error("invalid expiration '" + expiration + "': " + why);
  }
}
