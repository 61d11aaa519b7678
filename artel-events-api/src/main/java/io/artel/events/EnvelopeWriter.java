package io.artel.events;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes bodies that {@link EnvelopeReader} reads: what that refuses is never written. */
final class EnvelopeWriter {

  private static final int LONGEST_PATH = 10;
  private static final int LONGEST_NAME = 64;

  private final PayloadMapper mapper;
  private final TimestampStyle timestampStyle;
  private final int maxBytes;
  private final int maxDepth;

  EnvelopeWriter(PayloadMapper mapper, TimestampStyle timestampStyle, int maxBytes, int maxDepth) {
    this.mapper = mapper;
    this.timestampStyle = timestampStyle;
    this.maxBytes = maxBytes;
    this.maxDepth = maxDepth;
  }

  byte[] write(Event<?> event) {
    Sink sink = new Sink(maxBytes);
    int colonBeforeData;
    try (JsonGenerator out = mapper.generator(sink)) {
      try {
        colonBeforeData = writeEnvelope(event, out, sink);
        out.flush();
      } catch (IOException | RuntimeException | StackOverflowError e) {
        throw sink.overflowed
            ? refusal(event, "body", tooLong())
            : refusal(event, place(e, out.getOutputContext()), reason(e));
      }
    } catch (IOException e) {
      throw refusal(event, "body", sink.overflowed ? tooLong() : reason(e));
    }
    byte[] body = sink.bytes();
    if (body[colonBeforeData + 1] != '{') {
      throw refusal(event, "data", "is not written as a JSON object");
    }
    String complaint = BodyScan.complaint(body);
    if (complaint != null) {
      throw refusal(event, placeOfHalfPair(body), "has half a surrogate pair");
    }
    return body;
  }

  /** Returns where the payload begins, or rather the colon before it. */
  private int writeEnvelope(Event<?> event, JsonGenerator out, Sink sink) throws IOException {
    out.writeStartObject();
    writeId(out, EnvelopeKey.EVENT_ID, event.id());
    writeText(out, EnvelopeKey.EVENT_TYPE, event.type());
    char[] time = new char[WireTime.LONGEST_WRITTEN];
    int length = WireTime.write(event.timestamp(), timestampStyle, time);
    out.writeFieldName(EnvelopeKey.TIMESTAMP.encoded);
    out.writeString(time, 0, length);
    writeText(out, EnvelopeKey.SOURCE_SERVICE, event.sourceService());
    writeId(out, EnvelopeKey.CORRELATION_ID, event.correlationId());
    writeNumber(out, EnvelopeKey.PRIORITY, event.priority().number());
    writeNumber(out, EnvelopeKey.RETRIES, event.retries());
    writeNumber(out, EnvelopeKey.MAX_RETRIES, event.maxRetries());
    writeId(out, EnvelopeKey.USER_ID, event.userId());
    writeId(out, EnvelopeKey.SESSION_ID, event.sessionId());
    writeId(out, EnvelopeKey.GAME_ID, event.gameId());
    out.writeFieldName(EnvelopeKey.DATA.encoded);
    int colonBeforeData = sink.size + out.getOutputBuffered();
    JsonGenerator readable = new ReadableOutput(out);
    mapper.write(readable, event.data());
    if (!event.unknownKeys().isEmpty()) {
      for (Map.Entry<String, JsonNode> unknown : event.unknownKeys().entrySet()) {
        readable.writeFieldName(unknown.getKey());
        mapper.write(readable, unknown.getValue());
      }
    }
    out.writeEndObject();
    return colonBeforeData;
  }

  private static void writeId(JsonGenerator out, EnvelopeKey key, @Nullable UUID id)
      throws IOException {
    out.writeFieldName(key.encoded);
    if (id == null) {
      out.writeNull();
    } else {
      out.writeString(id.toString());
    }
  }

  private static void writeText(JsonGenerator out, EnvelopeKey key, String text)
      throws IOException {
    out.writeFieldName(key.encoded);
    out.writeString(text);
  }

  private static void writeNumber(JsonGenerator out, EnvelopeKey key, int number)
      throws IOException {
    out.writeFieldName(key.encoded);
    out.writeNumber(number);
  }

  private static IllegalArgumentException refusal(Event<?> event, String place, String reason) {
    return new IllegalArgumentException(
        "event " + event.type() + " cannot be written: " + place + ": " + reason);
  }

  private String tooLong() {
    return "the body is longer than " + maxBytes + " bytes";
  }

  private String reason(Throwable failure) {
    if (failure instanceof InvalidDefinitionException e) {
      return e.getOriginalMessage();
    }
    Throwable root = root(failure);
    if (root instanceof UnreadableException e) {
      return e.getOriginalMessage();
    }
    return isTooDeep(root)
        ? "nested deeper than " + maxDepth
        : "failed with " + root.getClass().getName();
  }

  private static boolean isTooDeep(Throwable root) {
    return root instanceof StreamConstraintsException || root instanceof StackOverflowError;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    return root;
  }

  /** Where it failed: in the generator or, before that was called, in an accessor of a payload. */
  private static String place(Throwable failure, JsonStreamContext context) {
    Throwable root = root(failure);
    if (root instanceof UnreadableException) {
      return path(context, true);
    }
    return failure instanceof JsonMappingException e && !isTooDeep(root)
        ? DecodeReason.path(
            "data", e, (type, name) -> !Map.class.isAssignableFrom(type) && isOrdinary(name))
        : path(context, false);
  }

  /** A key of a tree is shown if it is an ordinary name, since a strange one may be content. */
  private static boolean isOrdinary(String name) {
    return name.length() <= LONGEST_NAME
        && name.chars().allMatch(c -> EventType.isWordCharacter((char) c));
  }

  /**
   * Where the generator stopped; keys of maps are shown as a star, since they may be content.
   *
   * @param pending whether it was about to write the next element of an array
   */
  private static String path(JsonStreamContext context, boolean pending) {
    StringBuilder path = new StringBuilder();
    JsonStreamContext[] way = new JsonStreamContext[context.getNestingDepth() + 1];
    int depth = way.length;
    for (JsonStreamContext at = context; at != null && depth > 0; at = at.getParent()) {
      way[--depth] = at;
    }
    for (int i = depth; i < way.length; i++) {
      if (i == LONGEST_PATH) {
        return path.append(".…").toString();
      }
      JsonStreamContext at = way[i];
      if (at.inObject() && at.hasCurrentName()) {
        path.append(path.isEmpty() ? "" : ".");
        boolean shown = !(at.getCurrentValue() instanceof Map) && isOrdinary(at.getCurrentName());
        path.append(shown ? at.getCurrentName() : "*");
      } else if (at.inArray()) {
        int index = pending && at == context ? at.getEntryCount() : at.getCurrentIndex();
        path.append('[').append(index).append(']');
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }

  /** Reads a body of our own again to find the first text that no UTF-8 can carry. */
  private String placeOfHalfPair(byte[] body) {
    String place = "body";
    try (JsonParser parser = mapper.parser(body, 0, body.length)) {
      JsonToken token = parser.nextToken();
      while (token != null) {
        place = path(parser.getParsingContext(), false);
        boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        if (text && !isWellFormed(parser.getText())) {
          return place;
        }
        token = parser.nextToken();
      }
    } catch (IOException e) {
      return place;
    }
    return place;
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(point -> point <= 0xFFFF && Character.isSurrogate((char) point));
  }

  /** Refuses numbers and keys that a reader would refuse; Jackson would write NaN as a text. */
  private static final class ReadableOutput extends JsonGeneratorDelegate {
    ReadableOutput(JsonGenerator out) {
      super(out, false);
    }

    @Override
    public void writeNumber(double value) throws IOException {
      require(Double.isFinite(value), NOT_FINITE);
      delegate.writeNumber(value);
    }

    @Override
    public void writeNumber(float value) throws IOException {
      require(Float.isFinite(value), NOT_FINITE);
      delegate.writeNumber(value);
    }

    @Override
    public void writeNumber(BigDecimal value) throws IOException {
      require(!StrictScalars.isHuge(value), TOO_MANY_DIGITS);
      delegate.writeNumber(value);
    }

    @Override
    public void writeNumber(BigInteger value) throws IOException {
      require(!StrictScalars.isHuge(value), TOO_MANY_DIGITS);
      delegate.writeNumber(value);
    }

    @Override
    public void writeArray(double[] values, int offset, int length) throws IOException {
      writeStartArray(values, length);
      for (int i = offset; i < offset + length; i++) {
        writeNumber(values[i]);
      }
      writeEndArray();
    }

    @Override
    public void writeFieldName(String name) throws IOException {
      require(name.length() <= PayloadMapper.MAX_NAME_LENGTH, KEY_TOO_LONG);
      delegate.writeFieldName(name);
    }

    private void require(boolean readable, String complaint) throws IOException {
      if (!readable) {
        throw new UnreadableException(complaint, this);
      }
    }
  }

  private static final String NOT_FINITE = "NaN and infinity have no place in JSON";
  private static final String TOO_MANY_DIGITS =
      "a number has more than " + StrictScalars.MAX_DIGITS + " digits";
  private static final String KEY_TOO_LONG =
      "a key is longer than " + PayloadMapper.MAX_NAME_LENGTH + " characters";

  /** Something that no reader would take; its message names no content. */
  private static final class UnreadableException extends JsonGenerationException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String complaint, JsonGenerator out) {
      super(complaint, out);
    }
  }

  /** Takes what the generator flushes: all of it at once, unless the body is a long one. */
  private static final class Sink extends OutputStream {
    private final int limit;
    private byte[] first = {};
    private List<byte[]> more = List.of();
    int size;
    boolean overflowed;

    Sink(int limit) {
      this.limit = limit;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (length > limit - size) {
        overflowed = true;
        throw new IOException("the body is too long");
      }
      byte[] part = Arrays.copyOfRange(source, offset, offset + length);
      if (size == 0) {
        first = part;
      } else {
        more = more.isEmpty() ? new ArrayList<>() : more;
        more.add(part);
      }
      size += length;
    }

    byte[] bytes() {
      if (more.isEmpty()) {
        return first;
      }
      byte[] all = Arrays.copyOf(first, size);
      int end = first.length;
      for (byte[] part : more) {
        System.arraycopy(part, 0, all, end, part.length);
        end += part.length;
      }
      return all;
    }
  }
}
