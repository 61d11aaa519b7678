package io.artel.events.amqp.internal.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.amqp.internal.message.Headers;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the events of each key, so that readers see what is missing or out of order: one number
 * among all events of the key, and one among those of the same type, since a queue may take some
 * types only.
 *
 * <p>Numbers are counted within an epoch, which begins with this object, and anew for a key that
 * was forgotten: so they never begin again in a way that looks like going back. Called with the
 * lock held under which messages get their order; safe for use under several such locks.
 */
public final class SequenceNumbers {

  /** So many types of one key are counted; with another one it begins a new epoch. */
  private static final int MOST_TYPES = 64;

  private final String instance = UUID.randomUUID().toString();
  private final Map<Object, Line> lines;
  private long epochs;

  /** What was counted of one key. */
  private static final class Line {
    final String epoch;
    final Map<String, Long> ofTypes = new HashMap<>(4);
    long count;

    Line(String epoch) {
      this.epoch = epoch;
    }
  }

  private SequenceNumbers(int keys) {
    this.lines =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Object, Line> eldest) {
            return size() > keys;
          }
        };
  }

  /**
   * Numbers for so many keys at a time, or null for none at all.
   *
   * @param keys how many are remembered, those used last; 0 for no numbers
   */
  public static @Nullable SequenceNumbers of(int keys) {
    return keys == 0 ? null : new SequenceNumbers(keys);
  }

  /** The message with its numbers; without a key it stays as it is. */
  OutgoingMessage stamp(OutgoingMessage message, @Nullable Object key) {
    if (key == null) {
      return message;
    }
    BasicProperties properties = message.properties();
    String type = String.valueOf(properties.getType());
    Map<String, Object> headers = new HashMap<>(properties.getHeaders());
    synchronized (lines) {
      Line line = lines.get(key);
      if (line == null || (line.ofTypes.size() == MOST_TYPES && !line.ofTypes.containsKey(type))) {
        line = new Line(instance + "." + ++epochs);
        lines.put(key, line);
      }
      headers.put(Headers.SEQUENCE, ++line.count);
      headers.put(Headers.SEQUENCE_OF_TYPE, line.ofTypes.merge(type, 1L, Long::sum));
      headers.put(Headers.SEQUENCE_EPOCH, line.epoch);
    }
    return new OutgoingMessage(
        message.exchange(),
        message.routingKey(),
        properties.builder().headers(headers).build(),
        message.body(),
        message.requiresRoute(),
        message.events());
  }
}
