package io.artel.events.testkit.internal.embedded.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the broker tells a client before it ends the client's channel or connection. */
public final class AmqpException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_TEXT = 255;

  private final ReplyCode code;
  private final boolean endsConnection;
  private @Nullable Method cause;

  AmqpException(ReplyCode code, boolean endsConnection, String explanation) {
    super(explanation.isEmpty() ? code.name() : code + " - " + explanation, null, false, false);
    this.code = code;
    this.endsConnection = endsConnection;
  }

  /** {@return the reply code} */
  public ReplyCode code() {
    return code;
  }

  /** Notes which method was wrong, where others than its handler know. */
  public AmqpException causedBy(@Nullable Method method) {
    cause = method;
    return this;
  }

  /** {@return the method that was wrong, or null if none was or its handler knows} */
  public @Nullable Method method() {
    return cause;
  }

  /** Whether the connection ends, not only the channel. */
  public boolean endsConnection() {
    return endsConnection;
  }

  /** {@return the reply text, cut as RabbitMQ cuts it: at most 255 bytes, the last three dots} */
  public String text() {
    String text = String.valueOf(getMessage());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST_TEXT) {
      return text;
    }
    return new String(bytes, 0, LONGEST_TEXT - 3, StandardCharsets.UTF_8) + "...";
  }
}
