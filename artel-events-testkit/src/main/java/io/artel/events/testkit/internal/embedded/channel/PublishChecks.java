package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;

/** What RabbitMQ checks of a message's properties before it routes the message. */
final class PublishChecks {
  private static final int ABSENT = -1;
  private static final int TRANSIENT = 1;
  private static final int PERSISTENT = 2;

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
}
