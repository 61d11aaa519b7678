package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.vhost.User;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.util.function.Consumer;

/** The connection as its channels see it. */
public interface Client {

  /** Sends a method. */
  void send(int channel, Method method, Consumer<WireWriter> arguments);

  /** Sends a method with a message. */
  void send(int channel, Method method, Consumer<WireWriter> arguments, Message content);

  /** Whether the client takes what it is sent fast enough for more deliveries. */
  boolean hasRoom();

  /** Whether the client said that it knows an extension, for example {@code basic.nack}. */
  boolean understands(String capability);

  /** {@return who logged in} */
  User user();

  /** {@return a name that no other connection has} */
  String id();

  /** Asks for a call of {@link Channel#flush()} when the input at hand has been handled. */
  void flushLater(Channel channel);
}
