package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.Broker;
import io.artel.events.testkit.RabbitMq;
import io.artel.events.testkit.internal.broker.BrokerOnSmallDisk;
import io.artel.events.testkit.internal.broker.SmallDisk;
import org.jspecify.annotations.Nullable;

/** A RabbitMQ of this runner's own. */
final class RealNode implements Node {
  private final RabbitMq broker;
  private final @Nullable SmallDisk disk;

  RealNode(RabbitMq broker) {
    this.broker = broker;
    this.disk = null;
  }

  RealNode(BrokerOnSmallDisk broker) {
    this.broker = broker.broker();
    this.disk = broker.disk();
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
  public SmallDisk disk() {
    return disk == null ? Node.super.disk() : disk;
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
