package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;

/** The embedded broker. */
final class EmbeddedNode implements Node {
  private final EmbeddedBroker broker = EmbeddedBroker.start();

  private record Vhost(EmbeddedBroker broker, String name, String amqpUri) implements Broker {
    @Override
    public String version() {
      return broker.version();
    }

    @Override
    public BrokerQueue queue(String queue) {
      return broker.queue(name, queue);
    }
  }

  @Override
  public String version() {
    return broker.version();
  }

  @Override
  public int port() {
    return broker.port();
  }

  @Override
  public Broker createVhost(String name) {
    return new Vhost(broker, name, broker.createVhost(name));
  }

  @Override
  public void deleteVhost(String name) {
    broker.deleteVhost(name);
  }

  @Override
  public void kill() {
    broker.kill();
  }

  @Override
  public void start() {
    broker.startAgain();
  }

  @Override
  public void flush() {
    // It keeps what is durable in memory.
  }

  @Override
  public void alarm(Alarm alarm) {
    broker.faults().blockPublishers(alarm == Alarm.MEMORY ? "low on memory" : "low on disk");
  }

  @Override
  public void endAlarm(Alarm alarm) {
    broker.faults().unblockPublishers();
  }

  @Override
  public void closeConnections() {
    broker.faults().closeConnections();
  }

  @Override
  public RabbitMq rabbitMq() {
    throw new UnsupportedOperationException("The embedded broker cannot do this.");
  }

  @Override
  public void close() {
    broker.close();
  }
}
