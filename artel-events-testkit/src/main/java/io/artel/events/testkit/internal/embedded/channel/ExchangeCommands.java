package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.exchange.Destination;
import io.artel.events.testkit.internal.embedded.vhost.User.Access;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.WireReader;

/** The methods about exchanges. */
final class ExchangeCommands {
  private final Channel channel;

  ExchangeCommands(Channel channel) {
    this.channel = channel;
  }

  void declare(WireReader in) {
    in.shortInt();
    String name = Channel.withoutLineBreaks(in.shortString());
    String type = in.shortString();
    boolean passive = in.bit();
    boolean durable = in.bit();
    boolean autoDelete = in.bit();
    boolean internal = in.bit();
    boolean noWait = in.bit();
    FieldTable arguments = in.table();
    if (passive) {
      channel.vhost().exchanges().require(name);
    } else {
      requireRights(name, arguments);
      channel.vhost().exchanges().declare(name, type, durable, autoDelete, internal, arguments);
    }
    if (!noWait) {
      channel.send(Method.EXCHANGE_DECLARE_OK);
    }
  }

  private void requireRights(String name, FieldTable arguments) {
    channel.require(Access.CONFIGURE, "exchange", name);
    FieldValue alternate = arguments.get("alternate-exchange");
    if (alternate != null && alternate.isText()) {
      channel.require(Access.READ, "exchange", name);
      channel.require(Access.WRITE, "exchange", alternate.toString());
    }
  }

  void delete(WireReader in) {
    in.shortInt();
    String name = Channel.withoutLineBreaks(in.shortString());
    boolean ifUnused = in.bit();
    boolean noWait = in.bit();
    channel.require(Access.CONFIGURE, "exchange", name);
    channel.vhost().exchanges().delete(name, ifUnused);
    if (!noWait) {
      channel.send(Method.EXCHANGE_DELETE_OK);
    }
  }

  void bind(WireReader in) {
    Arguments arguments = new Arguments(in);
    requireRights(arguments);
    channel
        .vhost()
        .exchanges()
        .bind(arguments.source, arguments.destination, arguments.key, arguments.table, () -> {});
    if (!arguments.noWait) {
      channel.send(Method.EXCHANGE_BIND_OK);
    }
  }

  void unbind(WireReader in) {
    Arguments arguments = new Arguments(in);
    requireRights(arguments);
    channel
        .vhost()
        .exchanges()
        .unbind(arguments.source, arguments.destination, arguments.key, arguments.table, () -> {});
    if (!arguments.noWait) {
      channel.send(Method.EXCHANGE_UNBIND_OK);
    }
  }

  private void requireRights(Arguments arguments) {
    channel.require(Access.WRITE, "exchange", arguments.destination.name());
    channel.require(Access.READ, "exchange", arguments.source);
  }

  /** The arguments that exchange.bind and exchange.unbind share. */
  private static final class Arguments {
    private final Destination destination;
    private final String source;
    private final String key;
    private final boolean noWait;
    private final FieldTable table;

    Arguments(WireReader in) {
      in.shortInt();
      destination = Destination.exchange(Channel.withoutLineBreaks(in.shortString()));
      source = Channel.withoutLineBreaks(in.shortString());
      key = in.shortString();
      noWait = in.bit();
      table = in.table();
    }
  }
}
