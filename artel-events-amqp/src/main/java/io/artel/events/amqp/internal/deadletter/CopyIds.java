package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.Headers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Tells copies apart by message id, redrive count and bytes, and counts those that are the same.
 * The redrive count tells a letter that was put back, and failed again, from itself before. Used by
 * one thread.
 */
final class CopyIds {

  /** What a copy is known by. */
  record Id(String messageId, int redrives, String digest) {}

  private final Map<Id, Integer> counts = new HashMap<>();

  static CopyIds none() {
    return new CopyIds();
  }

  static Id of(BasicProperties properties, byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return new Id(
          String.valueOf(properties.getMessageId()),
          Headers.redrives(properties.getHeaders()),
          HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  void add(Id id) {
    counts.merge(id, 1, Integer::sum);
  }

  /** Takes one out; false if there is none. */
  boolean remove(Id id) {
    Integer count = counts.get(id);
    if (count == null) {
      return false;
    }
    if (count == 1) {
      counts.remove(id);
    } else {
      counts.put(id, count - 1);
    }
    return true;
  }
}
