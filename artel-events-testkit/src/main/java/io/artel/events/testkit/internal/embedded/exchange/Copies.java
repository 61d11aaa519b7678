package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.message.Properties;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.List;

/** The headers CC and BCC, which add routing keys to a message. */
final class Copies {
  private static final String OPEN = "CC";
  private static final String BLIND = "BCC";

  private Copies() {}

  /** Whether there may be such headers; says so for nearly all messages without reading a table. */
  static boolean possibleIn(Message message) {
    Properties properties = message.properties();
    if (!properties.hasHeaders()) {
      return false;
    }
    byte[] bytes = properties.bytes();
    // Of two letters side by side one has an odd position.
    for (int i = 1; i < bytes.length; i += 2) {
      if (isC(bytes, i) && (isC(bytes, i - 1) || isC(bytes, i + 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isC(byte[] bytes, int position) {
    return position < bytes.length && bytes[position] == 'C';
  }

  /**
   * {@return the routing key and those of the headers}
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if a header is no list
   */
  static List<String> keys(Message message) {
    if (!possibleIn(message)) {
      return List.of(message.routingKey());
    }
    List<String> keys = new ArrayList<>();
    keys.add(message.routingKey());
    addTo(keys, message.properties().headers(), OPEN);
    addTo(keys, message.properties().headers(), BLIND);
    return keys;
  }

  private static void addTo(List<String> keys, FieldTable headers, String name) {
    FieldValue value = headers.get(name);
    if (value == null) {
      return;
    }
    switch (value.type()) {
      case ARRAY ->
          value.elements().stream()
              .filter(FieldValue::isText)
              .forEach(key -> keys.add(key.toString()));
      default ->
          throw ReplyCode.PRECONDITION_FAILED.error(
              "invalid message: {unacceptable_type_in_header,\"%s\",%s}"
                  .formatted(name, value.type()));
    }
  }

  static Message withoutBlind(Message message) {
    if (!possibleIn(message) || !message.properties().headers().has(BLIND)) {
      return message;
    }
    Properties properties = message.properties();
    return message.with(properties.withHeaders(properties.headers().without(BLIND)));
  }
}
