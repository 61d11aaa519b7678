package io.artel.events.amqp.internal.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.rabbitmq.client.AMQP.BasicProperties;
import io.artel.events.Event;
import io.artel.events.MalformedEventException;
import io.artel.events.PartitionHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several events as one message: a JSON array of {@code {"headers": {…}, "event": {…}}}, each as it
 * would be the headers and the body of a message of its own.
 */
public final class BatchMessages {

  /** The content type by which a batch is known, and by nothing else. */
  public static final String CONTENT_TYPE = "application/vnd.artel.batch+json";

  /** What a batch adds to the length of each element: the comma or the bracket. */
  public static final int SEPARATOR_LENGTH = 1;

  /** Names of headers come from anybody: they are not kept for the life of the JVM. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final byte[] BEFORE_HEADERS = ascii("{\"headers\":");
  private static final byte[] BEFORE_EVENT = ascii(",\"event\":");
  private static final byte[] HEADERS = ascii("headers");
  private static final byte[] EVENT = ascii("event");

  /** One element on its way out. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Packed(OutgoingMessage single, byte[] element) {
    /** What it adds to the length of a batch. */
    public int length() {
      return element.length + SEPARATOR_LENGTH;
    }
  }

  /**
   * One element that arrived.
   *
   * @param body the bytes of the event, or those of the element if no event can be found in it
   * @param headers the event's headers; empty where they cannot be read
   * @param problem why it is no event, as far as that is known without reading the event; or null
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Element(byte[] body, Map<String, Object> headers, @Nullable String problem) {}

  private BatchMessages() {}

  /** Whether a message says that it is a batch. */
  public static boolean isBatch(BasicProperties properties) {
    String type = properties.getContentType();
    if (type == null || type.length() < CONTENT_TYPE.length()) {
      return false;
    }
    int parameters = type.indexOf(';');
    String plain = parameters < 0 ? type : type.substring(0, parameters);
    return plain.strip().equalsIgnoreCase(CONTENT_TYPE);
  }

  /** The element for the message of one event. */
  public static Packed pack(OutgoingMessage single) {
    byte[] body = single.body();
    try (ByteArrayBuilder out = new ByteArrayBuilder(body.length + 512)) {
      out.write(BEFORE_HEADERS);
      try (JsonGenerator json = JSON.createGenerator(out)) {
        json.writeStartObject();
        for (Map.Entry<String, Object> header : single.properties().getHeaders().entrySet()) {
          write(json, header.getKey(), header.getValue());
        }
        json.writeEndObject();
      }
      out.write(BEFORE_EVENT);
      out.write(body);
      out.write('}');
      return new Packed(single, out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  private static void write(JsonGenerator json, String name, Object value) throws IOException {
    if (value instanceof Integer number) {
      json.writeNumberField(name, number);
    } else if (value instanceof Long number) {
      json.writeNumberField(name, number);
    } else {
      json.writeStringField(name, value.toString());
    }
  }

  /**
   * The message of several events of one exchange, routing key, session, priority and expiration.
   */
  public static OutgoingMessage join(List<Packed> events) {
    OutgoingMessage first = events.get(0).single();
    int length = SEPARATOR_LENGTH;
    boolean oneType = true;
    boolean oneSource = true;
    for (Packed each : events) {
      length += each.length();
      BasicProperties properties = each.single().properties();
      oneType &= Objects.equals(properties.getType(), first.properties().getType());
      oneSource &= Objects.equals(properties.getAppId(), first.properties().getAppId());
    }
    byte[] body = new byte[length];
    int at = 0;
    for (Packed each : events) {
      body[at] = (byte) (at == 0 ? '[' : ',');
      System.arraycopy(each.element(), 0, body, at + SEPARATOR_LENGTH, each.element().length);
      at += each.length();
    }
    body[at] = ']';
    Map<String, Object> firstHeaders = first.properties().getHeaders();
    Map<String, Object> headers = new HashMap<>();
    headers.put(Headers.EVENT_COUNT, events.size());
    copy(firstHeaders, headers, Headers.SESSION_ID);
    firstHeaders.keySet().stream()
        .filter(PartitionHeader::isName)
        .forEach(name -> copy(firstHeaders, headers, name));
    copy(firstHeaders, headers, Headers.PUBLISHED_AT);
    if (oneType) {
      copy(firstHeaders, headers, Headers.EVENT_TYPE);
    }
    if (oneSource) {
      copy(firstHeaders, headers, Headers.SOURCE_SERVICE);
    }
    BasicProperties properties =
        new BasicProperties.Builder()
            .contentType(CONTENT_TYPE)
            .deliveryMode(first.properties().getDeliveryMode())
            .messageId(UUID.randomUUID().toString())
            .timestamp(first.properties().getTimestamp())
            .type(oneType ? first.properties().getType() : null)
            .appId(oneSource ? first.properties().getAppId() : null)
            .headers(headers)
            .priority(first.properties().getPriority())
            .expiration(first.properties().getExpiration())
            .build();
    return new OutgoingMessage(
        first.exchange(),
        first.routingKey(),
        properties,
        body,
        first.requiresRoute(),
        events.size());
  }

  private static void copy(Map<String, Object> from, Map<String, Object> to, String name) {
    Object value = from.get(name);
    if (value != null) {
      to.put(name, value);
    }
  }

  /**
   * The elements of a batch, in their order. What is wrong within one of them is that one's problem
   * alone.
   *
   * @throws MalformedEventException if the body is no array, or one without elements
   */
  public static List<Element> unpack(byte[] body) {
    int end = body.length;
    int at = JsonSlices.skipSpace(body, 0, end);
    if (at == end || body[at] != '[') {
      throw new MalformedEventException("batch: expected an array");
    }
    List<Element> elements = new ArrayList<>();
    do {
      int from = JsonSlices.skipSpace(body, at + 1, end);
      int to = JsonSlices.endOfValue(body, from, end);
      if (to == JsonSlices.NONE) {
        throw new MalformedEventException(
            elements.isEmpty() && from < end && body[from] == ']'
                ? "batch: has no events"
                : "batch: element " + elements.size() + " has no end");
      }
      elements.add(element(body, from, to, elements.size()));
      at = JsonSlices.skipSpace(body, to, end);
    } while (at < end && body[at] == ',');
    if (at == end || body[at] != ']') {
      throw new MalformedEventException(
          "batch: expected a comma or the end of the array after element " + (elements.size() - 1));
    }
    if (JsonSlices.skipSpace(body, at + 1, end) != end) {
      throw new MalformedEventException("batch: something follows the array");
    }
    return elements;
  }

  /** One element: an object with the keys {@code event} and, usually, {@code headers}. */
  private static Element element(byte[] body, int from, int to, int number) {
    String place = "batch: element " + number;
    byte[] event = null;
    byte[] headers = null;
    int at = from;
    if (body[at] != '{') {
      return broken(body, from, to, place + ": expected an object");
    }
    do {
      int name = JsonSlices.skipSpace(body, at + 1, to);
      int nameEnd = body[name] == '"' ? JsonSlices.endOfString(body, name, to) : JsonSlices.NONE;
      int colon = nameEnd == JsonSlices.NONE ? to : JsonSlices.skipSpace(body, nameEnd, to);
      int value = colon < to && body[colon] == ':' ? JsonSlices.skipSpace(body, colon + 1, to) : to;
      int valueEnd = JsonSlices.endOfValue(body, value, to);
      if (valueEnd == JsonSlices.NONE) {
        return broken(body, from, to, place + ": expected headers and event");
      }
      if (is(EVENT, body, name, nameEnd)) {
        if (event != null) {
          return broken(body, from, to, place + ": event: is there twice");
        }
        event = Arrays.copyOfRange(body, value, valueEnd);
      } else if (is(HEADERS, body, name, nameEnd)) {
        if (headers != null) {
          return broken(body, from, to, place + ": headers: is there twice");
        }
        headers = Arrays.copyOfRange(body, value, valueEnd);
      }
      at = JsonSlices.skipSpace(body, valueEnd, to);
    } while (at < to && body[at] == ',');
    if (at != to - 1 || body[at] != '}') {
      return broken(body, from, to, place + ": expected a comma or the end of the object");
    }
    if (event == null) {
      return broken(body, from, to, place + ": event: missing");
    }
    if (headers == null) {
      return new Element(event, Map.of(), null);
    }
    try {
      return new Element(event, readHeaders(headers), null);
    } catch (IOException e) {
      return new Element(event, Map.of(), place + ": headers: cannot be read");
    }
  }

  private static Element broken(byte[] body, int from, int to, String problem) {
    return new Element(Arrays.copyOfRange(body, from, to), Map.of(), problem);
  }

  private static boolean is(byte[] name, byte[] body, int quote, int end) {
    return Arrays.equals(name, 0, name.length, body, quote + 1, end - 1);
  }

  /** Texts and numbers; whatever else somebody wrote there is passed over. */
  private static Map<String, Object> readHeaders(byte[] json) throws IOException {
    Map<String, Object> headers = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no object");
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        switch (parser.nextToken()) {
          case VALUE_STRING -> headers.put(name, parser.getText());
          case VALUE_TRUE, VALUE_FALSE -> headers.put(name, parser.getBooleanValue());
          case VALUE_NUMBER_INT -> {
            switch (parser.getNumberType()) {
              case INT -> headers.put(name, parser.getIntValue());
              case LONG -> headers.put(name, parser.getLongValue());
              default -> {
                // no header of ours is so large, and AMQP has no such integers
              }
            }
          }
          default -> parser.skipChildren();
        }
      }
      if (!parser.hasToken(JsonToken.END_OBJECT) || parser.nextToken() != null) {
        throw new IOException("no object alone");
      }
    }
    return headers;
  }

  /** The properties that the message of this event would have, alone. */
  public static BasicProperties properties(@Nullable Event<?> event, Map<String, Object> headers) {
    BasicProperties.Builder properties =
        new BasicProperties.Builder()
            .contentType(EventMessages.CONTENT_TYPE)
            .deliveryMode(2)
            .headers(headers);
    if (event == null) {
      return properties
          .type(Headers.text(headers, Headers.EVENT_TYPE))
          .appId(Headers.text(headers, Headers.SOURCE_SERVICE))
          .correlationId(Headers.text(headers, Headers.CORRELATION_ID))
          .build();
    }
    UUID correlationId = event.correlationId();
    return properties
        .messageId(event.id().toString())
        .correlationId(correlationId == null ? null : correlationId.toString())
        .timestamp(Date.from(event.timestamp()))
        .type(event.type())
        .appId(event.sourceService())
        .build();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
