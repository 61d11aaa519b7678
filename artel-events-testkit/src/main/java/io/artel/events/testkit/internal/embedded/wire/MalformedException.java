package io.artel.events.testkit.internal.embedded.wire;

/** Bytes that are not what they should be. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong; RabbitMQ answers each in another way. */
  public enum Kind {
    /** There are fewer bytes than declared, or more than there should be. */
    WRONG_LENGTH,
    /** A value in a table has a type that nobody knows. */
    UNKNOWN_TYPE,
    /** A short text is not UTF-8. */
    NOT_UTF8
  }

  private final Kind kind;

  /** Without a stack trace: bytes are at fault, not code. */
  public MalformedException(Kind kind) {
    super(kind.name(), null, false, false);
    this.kind = kind;
  }

  /** {@return what is wrong} */
  public Kind kind() {
    return kind;
  }
}
