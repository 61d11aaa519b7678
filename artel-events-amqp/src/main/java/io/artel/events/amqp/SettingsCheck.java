package io.artel.events.amqp;

import io.artel.events.Batching;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What settings must be, each by itself and together. */
final class SettingsCheck {

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** What timers, sockets and the broker's TTL can all count in milliseconds. */
  private static final Duration LONGEST = Duration.ofDays(24);

  /** AMQP counts it in seconds, in 16 bits. */
  private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(65_535);

  private static final int LONGEST_NAME = 128;
  private static final int MAX_PUBLISHER_CONNECTIONS = 64;
  private static final int MAX_PUBLISH_RETRIES = 20;
  private static final int MAX_SEQUENCE_KEYS = 1_000_000;

  private SettingsCheck() {}

  /**
   * Makes sure of all that.
   *
   * @throws IllegalArgumentException if a setting is out of its range, or two contradict each
   *     other; the text names them and their values
   */
  static void requireValid(ArtelSettings settings) {
    String name = settings.name();
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "name has " + name.length() + " characters, but must have 1 to " + LONGEST_NAME);
    }
    requireRange(
        "publisherConnections", settings.publisherConnections(), 1, MAX_PUBLISHER_CONNECTIONS);
    requireRange("publishRetries", settings.publishRetries(), 0, MAX_PUBLISH_RETRIES);
    requireRange("sequenceNumbers", settings.sequenceKeys(), 0, MAX_SEQUENCE_KEYS);
    requireRange("publishRetries first", settings.firstPublishRetry(), SHORTEST);
    requireRange("connectTimeout", settings.endpoint().connectTimeout(), SHORTEST);
    Duration lowPriorityTtl = settings.lowPriorityTtl();
    if (lowPriorityTtl != null) {
      requireRange("lowPriorityTtl", lowPriorityTtl, SHORTEST);
    }
    requireRange("enqueueTimeout", settings.enqueueTimeout(), SHORTEST);
    requireRange("publishTimeout", settings.publishTimeout(), SHORTEST);
    requireRange("confirmTimeout", settings.confirmTimeout(), SHORTEST);
    requireRange("closeTimeout", settings.closeTimeout(), Duration.ZERO);
    requireRange("reconnectBackoff first", settings.firstReconnect(), SHORTEST);
    requireRange("reconnectBackoff longest", settings.longestReconnect(), SHORTEST);
    requireHeartbeat(settings.endpoint().heartbeat());
    requireGroup(settings);
    requireWindow(settings.maxInFlight(), settings.batching());
    requireAtMost(
        "reconnectBackoff first",
        settings.firstReconnect(),
        "longest",
        settings.longestReconnect(),
        "");
    requireAtMost(
        "confirmTimeout",
        settings.confirmTimeout(),
        "publishTimeout",
        settings.publishTimeout(),
        ": a lost confirmation could not be mended in time");
    requireAtMost(
        "publishRetries first",
        settings.firstPublishRetry(),
        "publishTimeout",
        settings.publishTimeout(),
        ": there would be no retry");
  }

  private static void requireGroup(ArtelSettings settings) {
    BrokerGroup group = settings.brokers();
    if (group == null) {
      return;
    }
    requireAtMost(
        "failOverAfter",
        group.failOverAfter(),
        "publishTimeout",
        settings.publishTimeout(),
        ": no event would ever go to another member");
    if (settings.management() != null) {
      throw new IllegalArgumentException(
          "managementUri is of one broker, and brokers("
              + String.join(", ", group.members())
              + ") are several: use settings with uri(…) for each to plan with it");
    }
  }

  private static void requireWindow(int maxInFlight, @Nullable Batching batching) {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException(
          "maxInFlight is " + maxInFlight + ", but must be 1 or more");
    }
    if (batching != null && batching.maxEvents() > maxInFlight) {
      throw new IllegalArgumentException(
          "batching maxEvents ("
              + batching.maxEvents()
              + ") must not exceed maxInFlight ("
              + maxInFlight
              + "): such a batch would never be full");
    }
  }

  private static void requireHeartbeat(Duration heartbeat) {
    if (!heartbeat.isZero()
        && (heartbeat.compareTo(Duration.ofSeconds(1)) < 0
            || heartbeat.compareTo(LONGEST_HEARTBEAT) > 0
            || !heartbeat.equals(Duration.ofSeconds(heartbeat.toSeconds())))) {
      throw new IllegalArgumentException(
          "heartbeat is "
              + heartbeat
              + ", but must be 0 for none, or whole seconds from 1 to "
              + LONGEST_HEARTBEAT.toSeconds());
    }
  }

  private static void requireAtMost(
      String option, Duration value, String limitName, Duration limit, String why) {
    if (value.compareTo(limit) > 0) {
      throw new IllegalArgumentException(
          option + " (" + value + ") must not exceed " + limitName + " (" + limit + ")" + why);
    }
  }

  private static void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " is " + value + ", but must be " + least + " to " + most);
    }
  }

  private static void requireRange(String option, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          option + " is " + value + ", but must be " + least + " to " + LONGEST);
    }
  }
}
