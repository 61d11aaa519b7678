package io.artel.events.testkit.internal.embedded.wire;

/** AMQP's reply codes that RabbitMQ sends. */
public enum ReplyCode {
  NO_ROUTE(312, false),
  CONTENT_TOO_LARGE(311, false),
  NO_CONSUMERS(313, false),
  ACCESS_REFUSED(403, false),
  NOT_FOUND(404, false),
  RESOURCE_LOCKED(405, false),
  PRECONDITION_FAILED(406, false),
  CONNECTION_FORCED(320, true),
  INVALID_PATH(402, true),
  FRAME_ERROR(501, true),
  SYNTAX_ERROR(502, true),
  COMMAND_INVALID(503, true),
  CHANNEL_ERROR(504, true),
  UNEXPECTED_FRAME(505, true),
  RESOURCE_ERROR(506, true),
  NOT_ALLOWED(530, true),
  NOT_IMPLEMENTED(540, true),
  INTERNAL_ERROR(541, true);

  private final int code;
  private final boolean endsConnection;

  ReplyCode(int code, boolean endsConnection) {
    this.code = code;
    this.endsConnection = endsConnection;
  }

  /** {@return the number on the wire} */
  public int code() {
    return code;
  }

  /** Whether the error ends the connection, not only the channel. */
  public boolean endsConnection() {
    return endsConnection;
  }

  /** {@return an error to throw; the client sees the name of the code before the explanation} */
  public AmqpException error(String explanation) {
    return new AmqpException(this, this.endsConnection, explanation);
  }

  /** {@return an error that ends the connection although the code alone would not} */
  public AmqpException connectionError(String explanation) {
    return new AmqpException(this, true, explanation);
  }
}
