package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.Channel;
import io.artel.events.amqp.internal.background.Background;

/** One channel of a consumer and its acknowledgements: deliveries never outlive it. */
final class ChannelSession {

  final Channel channel;
  final int prefetch;
  final AckBatch acks;

  ChannelSession(Channel channel, Background timer, int prefetch) {
    this.channel = channel;
    this.prefetch = prefetch;
    this.acks = new AckBatch(channel, timer);
  }

  boolean isOpen() {
    return channel.isOpen();
  }
}
