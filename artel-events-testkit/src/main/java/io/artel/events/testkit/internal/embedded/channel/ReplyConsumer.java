package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.vhost.ReplyAddress;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The consumer that a channel may have for replies which go to it without a queue. */
final class ReplyConsumer implements VirtualHost.ReplyReceiver {
  private final Channel channel;
  private final Client client;
  private final LongSupplier nextTag;
  private @Nullable String tag;
  private @Nullable String address;

  ReplyConsumer(Channel channel, Client client, LongSupplier nextTag) {
    this.channel = channel;
    this.client = client;
    this.nextTag = nextTag;
  }

  void consume(String wantedTag, boolean noAck, boolean noWait) {
    if (address != null) {
      throw ReplyCode.PRECONDITION_FAILED.error("reply consumer already set");
    }
    if (!noAck) {
      throw ReplyCode.PRECONDITION_FAILED.error("reply consumer cannot acknowledge");
    }
    String newTag = wantedTag.isEmpty() ? channel.newName("amq.ctag-") : wantedTag;
    String newAddress = ReplyAddress.of(channel.newName(""));
    tag = newTag;
    address = newAddress;
    channel.vhost().openReplyAddress(newAddress, this);
    if (!noWait) {
      channel.send(Method.BASIC_CONSUME_OK, out -> out.shortString(newTag));
    }
  }

  void cancel(String cancelled) {
    if (cancelled.equals(tag)) {
      close();
    }
  }

  void close() {
    if (address != null) {
      channel.vhost().closeReplyAddress(address);
    }
    tag = null;
    address = null;
  }

  /** {@return the message with the client's own address where it asked for direct replies} */
  Message withAddress(Message message) {
    if (!ReplyAddress.QUEUE.equals(message.properties().replyTo())) {
      return message;
    }
    String known = address;
    if (known == null) {
      throw ReplyCode.PRECONDITION_FAILED.error("fast reply consumer does not exist");
    }
    return message.with(message.properties().withReplyTo(known));
  }

  @Override
  public void reply(Message message) {
    String consumer = tag;
    if (consumer != null) {
      long delivery = nextTag.getAsLong();
      client.send(
          channel.number(),
          Method.BASIC_DELIVER,
          out ->
              out.shortString(consumer)
                  .longLong(delivery)
                  .bit(false)
                  .shortString(message.exchange())
                  .shortString(message.routingKey()),
          message);
    }
  }
}
