package io.artel.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Derives the ids of events that a handler publishes, so that a handler run twice publishes the
 * same events, and everybody downstream can drop the copy.
 */
public final class ChildIds {

  private ChildIds() {}

  /**
   * The id of a child: a name-based UUID, version 5 (RFC 9562, section 5.5), whose namespace is the
   * parent's id and whose name is {@code queue:type:ordinal} in UTF-8.
   *
   * @param parent the event that is being handled
   * @param queue the queue it is handled from, as the topology names it
   * @param childType the child's type
   * @param ordinal how many children of that type came before it in this run of the handler
   */
  public static UUID derive(UUID parent, String queue, String childType, int ordinal) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(parent.getMostSignificantBits())
            .putLong(parent.getLeastSignificantBits())
            .array());
    sha1.update((queue + ':' + childType + ':' + ordinal).getBytes(StandardCharsets.UTF_8));
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest());
    long most = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x5000L;
    long least = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(most, least);
  }
}
