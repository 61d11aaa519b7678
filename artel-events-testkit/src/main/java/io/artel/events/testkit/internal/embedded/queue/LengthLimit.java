package io.artel.events.testkit.internal.embedded.queue;

/** How many ready messages, and how many bytes in them, a queue may hold. */
final class LengthLimit {
  private final long messages;
  private final long bytes;

  LengthLimit(QueueArguments arguments) {
    this.messages = limit(arguments.maxLength());
    this.bytes = limit(arguments.maxLengthBytes());
  }

  private static long limit(long argument) {
    return argument == QueueArguments.NONE ? Long.MAX_VALUE : argument;
  }

  /** Whether this would be too much. */
  boolean isExceededBy(long messageCount, long byteCount) {
    return messageCount > messages || byteCount > bytes;
  }

  /** Whether this fills no more than a fraction of the limit. */
  boolean leavesRoom(long messageCount, long byteCount, double fraction) {
    return messageCount <= (long) (messages * fraction) && byteCount <= (long) (bytes * fraction);
  }
}
