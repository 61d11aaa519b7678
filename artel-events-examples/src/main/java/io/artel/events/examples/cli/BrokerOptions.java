package io.artel.events.examples.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which broker. */
final class BrokerOptions {

  @Option(
      names = "--amqp",
      paramLabel = "URI",
      description = {
        "The broker: amqp://user:password@host:port/vhost, or amqps://.",
        "Without it, play uses a broker of its own, in memory;",
        "plan finds or starts a RabbitMQ, the newest first."
      })
  @Nullable String amqp;

  @Option(
      names = "--management",
      paramLabel = "URI",
      description = "Its management API: http://user:password@host:15672.")
  @Nullable String management;

  /** The broker that is named, or else one in memory. */
  ChosenBroker chooseOrEmbedded() throws BadInput {
    return amqp != null ? ChosenBroker.at(amqp, management) : unnamed(ChosenBroker::embedded);
  }

  /** The broker that is named, or else a real one. */
  ChosenBroker chooseOrFind() throws BadInput {
    return amqp != null ? ChosenBroker.at(amqp, management) : unnamed(ChosenBroker::found);
  }

  private interface Choice {
    ChosenBroker make() throws BadInput;
  }

  private ChosenBroker unnamed(Choice choice) throws BadInput {
    if (management != null) {
      throw new BadInput("--management needs --amqp: it belongs to the broker named there");
    }
    return choice.make();
  }
}
