package io.artel.events.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.artel.events.Event;
import io.artel.events.EventCodec;
import io.artel.events.EventType;
import io.artel.events.MalformedEventException;
import io.artel.events.testkit.internal.assertions.JsonDifferences;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * An agreement between services about an event: a golden JSON file that each of them tests itself
 * against, in whatever language it is written. It holds when this program writes what the file
 * says, and reads the file as what it wrote.
 *
 * <pre>{@code
 * EventContract.golden("/contract/ball_potted.json")
 *     .holdsFor(BALL_POTTED, new BallPotted(PLAYER, "red", 4));
 * }</pre>
 *
 * <p>A failure is an {@link AssertionError} that names the path of each difference, such as {@code
 * data.ball_points}. The order of keys does not count; {@code 4} and {@code 4.0} differ, because
 * they do in Python. Immutable.
 */
public final class EventContract {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private final String resource;
  private final EventCodec codec;
  private final Set<String> ignored;

  private EventContract(String resource, EventCodec codec, Set<String> ignored) {
    this.resource = resource;
    this.codec = codec;
    this.ignored = ignored;
  }

  /**
   * The agreement in a golden file on the class path, usually among the test resources.
   *
   * @param resource its path from the root of the class path, for example {@code
   *     /contract/ball_potted.json}
   */
  public static EventContract golden(String resource) {
    Objects.requireNonNull(resource, "resource");
    return new EventContract(
        resource.startsWith("/") ? resource.substring(1) : resource, EventCodec.create(), Set.of());
  }

  /** The same agreement for a program that writes and reads events with this codec. */
  public EventContract codec(EventCodec codec) {
    return new EventContract(resource, Objects.requireNonNull(codec, "codec"), ignored);
  }

  /**
   * The same agreement, but these paths may differ, with all below them: {@code data.comment}, for
   * example, for what only other services write.
   */
  public EventContract ignoring(String... paths) {
    Set<String> more = new LinkedHashSet<>(ignored);
    more.addAll(Arrays.asList(paths));
    return new EventContract(resource, codec, more);
  }

  /**
   * The file is the payload of this type that is written for this value, and is read as this value.
   *
   * @throws AssertionError if it is not
   */
  public <T> void holdsFor(EventType<T> type, T payload) {
    Event<T> event =
        type.event(payload).id(new UUID(0, 0)).timestamp(Instant.EPOCH).build("contract");
    JsonNode written = tree(codec.encode(event), "what this program writes").get("data");
    JsonNode golden = golden(written);
    ObjectNode envelope = (ObjectNode) tree(codec.encode(event), "what this program writes");
    envelope.set("data", golden);
    check(
        type, "data", golden, written, envelope.toString().getBytes(StandardCharsets.UTF_8), event);
  }

  /**
   * The file is the whole body that is written for this event, and is read as this event. Give the
   * event an id and a timestamp, or ignore {@code event_id} and {@code timestamp}.
   *
   * @throws AssertionError if it is not
   */
  public <T> void holdsFor(EventType<T> type, Event<T> event) {
    JsonNode written = tree(codec.encode(event), "what this program writes");
    JsonNode golden = golden(written);
    check(type, "", golden, written, bytes(), event.causedBy(null));
  }

  private <T> void check(
      EventType<T> type,
      String under,
      JsonNode golden,
      JsonNode written,
      byte[] body,
      Event<T> event) {
    List<String> complaints = new ArrayList<>();
    for (String difference : differences(under, golden, "this program writes", written)) {
      complaints.add("writing: " + difference);
    }
    try {
      Event<T> read = codec.decode(body, type);
      JsonNode again = tree(codec.encode(read), "what this program reads");
      List<String> misread =
          differences(
              under, golden, "this program reads", under.isEmpty() ? again : again.get(under));
      misread.forEach(difference -> complaints.add("reading: " + difference));
      if (complaints.isEmpty() && ignored.isEmpty() && !read.equals(event)) {
        complaints.add(
            "reading: the JSON is the same, but what is read from it is not equal to what was"
                + " written; "
                + type.payload().getSimpleName()
                + " needs an equals() as records have it");
      }
    } catch (MalformedEventException e) {
      complaints.add("reading: " + e.getMessage());
    }
    if (!complaints.isEmpty()) {
      throw new AssertionError(
          "The contract "
              + resource
              + " does not hold for "
              + type.name()
              + ":\n  "
              + String.join("\n  ", complaints));
    }
  }

  /** Paths begin at the envelope, also where the golden file is the payload alone. */
  private List<String> differences(String under, JsonNode golden, String what, JsonNode ours) {
    if (under.isEmpty()) {
      return JsonDifferences.of("the golden file", golden, "what " + what, ours, ignored);
    }
    return JsonDifferences.of(
        "the golden file",
        JSON.createObjectNode().set(under, golden),
        "what " + what,
        JSON.createObjectNode().set(under, ours),
        ignored);
  }

  private JsonNode golden(JsonNode written) {
    byte[] bytes = bytes();
    if (bytes.length == 0) {
      throw new AssertionError(
          "There is no file "
              + resource
              + " on the class path. What this program writes, for src/test/resources/"
              + resource
              + ", is:\n"
              + written.toPrettyString());
    }
    return tree(bytes, "the golden file " + resource);
  }

  /** The file's bytes; none if there is no such file. */
  private byte[] bytes() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ClassLoader used = loader != null ? loader : ClassLoader.getSystemClassLoader();
    try (InputStream stream = used.getResourceAsStream(resource)) {
      return stream == null ? new byte[0] : stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The golden file " + resource + " cannot be read.", e);
    }
  }

  private static JsonNode tree(byte[] bytes, String what) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new AssertionError(what + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
