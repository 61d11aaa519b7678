package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import org.jspecify.annotations.Nullable;

/**
 * The broker's answer to a publish that it does not allow or that has nowhere to go: it closes the
 * channel, with all that others have on it. Such a message would close the next channel as well.
 *
 * @param text what the broker said
 */
record Refusal(String text) {

  private static final int BASIC_CLASS = 60;
  private static final int PUBLISH_METHOD = 40;
  private static final String TOO_LARGE_START = "message size ";
  private static final String TOO_LARGE = " is larger than ";

  /** The refusal that closed a channel, or null if something else did, or nothing yet. */
  static @Nullable Refusal of(@Nullable ShutdownSignalException closeReason) {
    if (closeReason != null
        && closeReason.getReason() instanceof AMQP.Channel.Close close
        && close.getClassId() == BASIC_CLASS
        && close.getMethodId() == PUBLISH_METHOD
        && (close.getReplyCode() == AMQP.NOT_FOUND
            || close.getReplyCode() == AMQP.ACCESS_REFUSED
            || isTooLarge(close.getReplyText()))) {
      return new Refusal(close.getReplyText());
    }
    return null;
  }

  private static boolean isTooLarge(String text) {
    return text.contains(TOO_LARGE);
  }

  /**
   * Whether it is about a message of this size or, if it is not about sizes, to this exchange and,
   * where it names a topic, this topic.
   */
  boolean concerns(OutgoingMessage message) {
    if (isTooLarge(text)) {
      return text.contains(TOO_LARGE_START + message.body().length + TOO_LARGE);
    }
    String exchange = message.exchange().isEmpty() ? "amq.default" : message.exchange();
    return text.contains("exchange '" + exchange + "'")
        && (!text.contains("topic '") || text.contains("topic '" + message.routingKey() + "'"));
  }
}
