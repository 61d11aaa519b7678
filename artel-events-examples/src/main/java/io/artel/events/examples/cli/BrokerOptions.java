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
        "Without it, one is found or started, the newest first."
      })
  @Nullable String amqp;

  @Option(
      names = "--management",
      paramLabel = "URI",
      description = "Its management API: http://user:password@host:15672.")
  @Nullable String management;

  /** The broker that is meant. */
  ChosenBroker choose() throws BadInput {
    if (amqp != null) {
      return ChosenBroker.at(amqp, management);
    }
    if (management != null) {
      throw new BadInput("--management needs --amqp: it belongs to the broker named there");
    }
    return ChosenBroker.found();
  }
}
