package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small things that are done with channels. */
public final class Channels {

  private static final Logger log = LoggerFactory.getLogger(Channels.class);

  private Channels() {}

  /**
   * Closes a channel, whatever state it is in. Not for the client's I/O thread: it waits for it.
   */
  public static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException | RuntimeException e) {
      log.debug("closing a channel failed", e);
    }
  }
}
