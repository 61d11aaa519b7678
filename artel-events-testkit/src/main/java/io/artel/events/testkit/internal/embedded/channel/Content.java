package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.message.Properties;

/** The properties and the body that follow a basic.publish. */
public final class Content {
  private final Properties properties;
  private final byte[] body;

  /** A content that has arrived in full. */
  public Content(Properties properties, byte[] body) {
    this.properties = properties;
    this.body = body;
  }

  Properties properties() {
    return properties;
  }

  byte[] body() {
    return body;
  }
}
