package io.artel.events.testkit.contract;

import java.net.URI;
import java.util.Arrays;

/**
 * One broker that the contract suite runs on.
 *
 * @param kind {@code real} or {@code embedded}
 * @param version the version that the broker itself reports, for example {@code 4.3.6}
 * @param uri the URI for AMQP with user and password, on the default virtual host
 */
record ContractBroker(String kind, String version, String uri) {

  /** Whether its version is this one or a later one; the embedded broker goes by its profile. */
  boolean since(String other) {
    return Arrays.compare(numbers(version), numbers(other)) >= 0;
  }

  /** Whether its version is earlier than this one. */
  boolean before(String other) {
    return !since(other);
  }

  String host() {
    return URI.create(uri).getHost();
  }

  int port() {
    return URI.create(uri).getPort();
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
  }

  /** {@return for example {@code embedded 4.3}} */
  @Override
  public String toString() {
    int[] numbers = numbers(version);
    return kind + " " + numbers[0] + "." + numbers[1];
  }
}
