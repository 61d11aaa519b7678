package io.artel.events.testkit;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which RabbitMQ an {@link EmbeddedBroker} behaves like, and says that it is. */
public enum BrokerProfile {
  /** RabbitMQ 3.10, as in Debian 12. */
  RABBITMQ_3_10("3.10"),
  /** RabbitMQ 4.0, as in Debian 13. */
  RABBITMQ_4_0("4.0"),
  /** RabbitMQ 4.3. */
  RABBITMQ_4_3("4.3");

  private final String version;

  BrokerProfile(String version) {
    this.version = version;
  }

  /** {@return the first two numbers of the version, for example {@code 4.3}} */
  public String version() {
    return version;
  }

  /**
   * {@return the profile of a version}
   *
   * @param version the first two numbers, for example {@code 4.3}
   * @throws IllegalArgumentException if there is no such profile
   */
  public static BrokerProfile of(String version) {
    return Arrays.stream(values())
        .filter(profile -> profile.version.equals(version))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no profile '"
                        + version
                        + "'; choose "
                        + Arrays.stream(values())
                            .map(BrokerProfile::version)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  @Override
  public String toString() {
    return version;
  }
}
