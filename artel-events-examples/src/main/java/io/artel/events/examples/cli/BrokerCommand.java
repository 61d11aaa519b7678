package io.artel.events.examples.cli;

import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.EmbeddedBroker;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the embedded broker by itself, until the process is ended. */
@Command(
    name = "broker",
    description = {
      "Runs the broker in memory for tests and demonstrations, until Ctrl-C.",
      "Users: guest, with the password guest."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 5672;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "The port; " + DEFAULT_PORT + " unless given, 0 for a free one.")
  private int port = DEFAULT_PORT;

  @Option(
      names = "--profile",
      paramLabel = "V",
      description = "The RabbitMQ it behaves like: 3.10, 4.0 or 4.3, the last unless given.")
  private String profile = BrokerProfile.RABBITMQ_4_3.version();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = {
        "Where it listens; only this machine can connect unless given.",
        "With 0.0.0.0 everybody who reaches this machine can."
      })
  private @Nullable String listen;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  BrokerCommand() {}

  @Override
  public Integer call() {
    EmbeddedBroker.Builder settings =
        EmbeddedBroker.builder().port(port).profile(BrokerProfile.of(profile));
    if (listen != null) {
      settings.listenBeyondThisMachine(listen);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (EmbeddedBroker broker = settings.start()) {
      out.println("Listening on " + broker.amqpUri());
      out.println("It behaves like RabbitMQ " + broker.version() + ", but is no RabbitMQ server:");
      out.println("all is in memory and gone at the end; no cluster, streams, management or TLS.");
      out.println("For tests and demonstrations only. Ctrl-C ends it.");
      out.flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCodes.OK;
  }
}
