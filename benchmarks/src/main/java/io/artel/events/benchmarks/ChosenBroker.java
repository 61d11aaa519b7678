package io.artel.events.benchmarks;

import io.artel.events.Topology;
import io.artel.events.amqp.ArtelEvents;
import io.artel.events.amqp.ArtelSettings;
import io.artel.events.amqp.BrokerInfo;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The broker that is measured on. */
final class ChosenBroker implements AutoCloseable {
  private final String name;
  private final String version;
  private final String place;
  private final String uri;
  private final Supplier<OptionalInt> channels;
  private final Runnable close;

  private ChosenBroker(
      String name,
      String version,
      String place,
      String uri,
      Supplier<OptionalInt> channels,
      Runnable close) {
    this.name = name;
    this.version = version;
    this.place = place;
    this.uri = uri;
    this.channels = channels;
    this.close = close;
  }

  /**
   * The broker asked for, which is started if it is one of this machine's.
   *
   * @param asked a URI, a version, {@code embedded}, or nothing: the newest there is
   * @throws IllegalArgumentException if it is not there
   */
  static ChosenBroker of(String asked) {
    if (asked.startsWith("amqp")) {
      return remote(asked);
    }
    if (asked.equals("embedded")) {
      return embedded();
    }
    try {
      return real(
          (asked.isEmpty() ? RabbitMq.findAny() : RabbitMq.find(asked))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "this machine has no RabbitMQ "
                              + asked
                              + "; ./artel test --install gets it on Debian and Ubuntu, and"
                              + " --broker embedded needs none")));
    } catch (BrokerUnavailableException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static ChosenBroker embedded() {
    EmbeddedBroker broker = EmbeddedBroker.start();
    return new ChosenBroker(
        "the embedded broker",
        broker.version(),
        "in the same JVM",
        broker.amqpUri(),
        () -> OptionalInt.of(broker.connections().stream().mapToInt(each -> each.channels()).sum()),
        broker::close);
  }

  private static ChosenBroker real(RabbitMq broker) {
    return new ChosenBroker(
        "RabbitMQ",
        broker.version(),
        "on the same machine",
        broker.amqpUri(),
        () -> OptionalInt.of((int) broker.ctl("-q", "list_channels", "pid").lines().count()),
        broker::close);
  }

  private static ChosenBroker remote(String uri) {
    ArtelSettings settings =
        ArtelSettings.builder()
            .uri(uri)
            .topology(Topology.on("benchmark.events"))
            .withoutDeclaring()
            .build();
    try (ArtelEvents artel = ArtelEvents.connect(settings)) {
      BrokerInfo info = artel.broker();
      return new ChosenBroker(
          info.product(), info.version(), "where its URI leads", uri, OptionalInt::empty, () -> {});
    }
  }

  String uri() {
    return uri;
  }

  String version() {
    return version;
  }

  /** Where it runs, from here. */
  String place() {
    return place;
  }

  /** How many channels are open on it, if that can be known. */
  OptionalInt channels() {
    return channels.get();
  }

  @Override
  public void close() {
    close.run();
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
