package io.artel.events.testkit.internal.embedded.wire;

/** Which RabbitMQ the broker behaves like; the version it reports moves with it. */
public enum Dialect {
  V3_10("3.10.8"),
  V4_0("4.0.5"),
  V4_3("4.3.6");

  private final String version;

  Dialect(String version) {
    this.version = version;
  }

  /** {@return the full version that clients are told} */
  public String version() {
    return version;
  }

  /** Whether this is that version or a later one. */
  public boolean since(Dialect other) {
    return compareTo(other) >= 0;
  }
}
