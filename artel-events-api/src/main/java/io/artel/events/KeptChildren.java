package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Events that a handler wants published, as text beside the mark that it is done: one line for
 * each, its body after the words that say what its body does not.
 */
final class KeptChildren {

  /** Nobody has to listen. */
  private static final String OPTIONAL = "optional ";

  /** Programs without this library may listen. */
  private static final String FOREIGN = "foreign ";

  /** Before the id of the event that it was published because of. */
  private static final String CAUSE = "because-of=";

  private KeptChildren() {}

  static String write(EventCodec codec, List<Event<?>> children) {
    StringBuilder lines = new StringBuilder();
    for (Event<?> child : children) {
      if (!child.requiresAudience()) {
        lines.append(OPTIONAL);
      }
      if (child.hasForeignConsumers()) {
        lines.append(FOREIGN);
      }
      if (child.causationId() != null) {
        lines.append(CAUSE).append(child.causationId()).append(' ');
      }
      // A body has no line breaks of its own: JSON escapes them.
      lines.append(new String(codec.encode(child), StandardCharsets.UTF_8)).append('\n');
    }
    return lines.toString();
  }

  /** The same events again, their payloads as trees. */
  static List<Event<JsonNode>> read(EventCodec codec, String lines) {
    return lines.lines().map(line -> readLine(codec, line)).toList();
  }

  private static Event<JsonNode> readLine(EventCodec codec, String line) {
    int body = line.indexOf('{');
    String words = line.substring(0, body);
    int cause = words.indexOf(CAUSE) + CAUSE.length();
    Event<JsonNode> child = codec.decodeTree(line.substring(body).getBytes(StandardCharsets.UTF_8));
    EventType<JsonNode> type = EventType.ofTree(child.type());
    if (words.contains(OPTIONAL)) {
      type = type.optionalAudience();
    }
    if (words.contains(FOREIGN)) {
      type = type.foreignConsumers();
    }
    return type.event(child.data())
        .id(child.id())
        .timestamp(child.timestamp())
        .source(child.sourceService())
        .correlation(child.correlationId())
        .causation(
            words.contains(CAUSE)
                ? UUID.fromString(words.substring(cause, words.indexOf(' ', cause)))
                : null)
        .priority(child.priority())
        .retries(child.retries())
        .maxRetries(child.maxRetries())
        .user(child.userId())
        .session(child.sessionId())
        .game(child.gameId())
        .unknownKeys(child.unknownKeys())
        .build();
  }
}
