package io.artel.events.amqp.internal.connection;

/** One host and port to try. */
public record Address(String host, int port) {

  /** Checks both. */
  public Address {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the broker's host is blank");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "the broker's port is " + port + ", but must be 1 to 65535");
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
