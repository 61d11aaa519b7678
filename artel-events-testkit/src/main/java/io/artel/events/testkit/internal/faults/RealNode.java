package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.RabbitMq;

/** A RabbitMQ of this runner's own. */
final class RealNode implements Node {
  private final RabbitMq broker;

  RealNode(RabbitMq broker) {
    this.broker = broker;
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
    return broker.onVhost(name);
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
    broker.start();
  }

  @Override
  public void flush() {
    broker.flush();
  }

  @Override
  public void alarm(Alarm alarm) {
    if (alarm == Alarm.MEMORY) {
      broker.ctl("set_vm_memory_high_watermark", "absolute", "1MB");
    } else {
      broker.ctl("set_disk_free_limit", "1000000GB");
    }
  }

  /** The limits are those that the fixture starts brokers with. */
  @Override
  public void endAlarm(Alarm alarm) {
    if (alarm == Alarm.MEMORY) {
      broker.ctl("set_vm_memory_high_watermark", "absolute", "2GB");
    } else {
      broker.ctl("set_disk_free_limit", "10MB");
    }
  }

  @Override
  public void closeConnections() {
    broker.ctl("close_all_connections", "--global", "a fault");
  }

  @Override
  public RabbitMq rabbitMq() {
    return broker;
  }

  @Override
  public void close() {
    broker.close();
  }
}
