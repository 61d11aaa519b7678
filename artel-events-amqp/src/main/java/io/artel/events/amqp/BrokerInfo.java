package io.artel.events.amqp;

/**
 * The broker at the other end, as it introduced itself.
 *
 * @param product for example {@code RabbitMQ}
 * @param version for example {@code 4.3.6}
 * @param address host and port that were connected to, or the broker's name among several
 */
public record BrokerInfo(String product, String version, String address) {
  @Override
  public String toString() {
    return product + " " + version + " at " + address;
  }
}
