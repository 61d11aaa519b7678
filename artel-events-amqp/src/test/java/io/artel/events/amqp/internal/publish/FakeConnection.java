package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection without a broker, which never confirms anything. */
final class FakeConnection {

  /** The routing key of messages that its channels refuse to write. */
  static final String UNWRITABLE = "unwritable";

  /** A channel, and the routing keys of what was published on it. */
  static final class FakeChannel {
    final List<String> published = new CopyOnWriteArrayList<>();
  }

  final Connection connection =
      (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "createChannel" -> channel();
                    default -> throw new UnsupportedOperationException(method.toString());
                  });

  /** Its channels, in the order in which they were opened. */
  final List<FakeChannel> channels = new CopyOnWriteArrayList<>();

  /** What happens while a channel is being closed. */
  volatile Runnable whileClosing = () -> {};

  Channel channel() {
    FakeChannel channel = new FakeChannel();
    channels.add(channel);
    return (Channel)
        Proxy.newProxyInstance(
            Channel.class.getClassLoader(),
            new Class<?>[] {Channel.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "getConnection" -> {
                  return connection;
                }
                case "basicPublish" -> {
                  channel.published.add((String) arguments[1]);
                  if (arguments[1].equals(UNWRITABLE)) {
                    throw new IllegalArgumentException("too long");
                  }
                }
                case "abort" -> whileClosing.run();
                case "rpc",
                    "addReturnListener",
                    "addConfirmListener",
                    "addShutdownListener",
                    "getCloseReason" -> {
                  return null;
                }
                default -> throw new UnsupportedOperationException(method.toString());
              }
              return null;
            });
  }
}
