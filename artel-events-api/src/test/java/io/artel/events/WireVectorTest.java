package io.artel.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies as pydantic 1 and 2 write them. */
class WireVectorTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  record Vector(String name, String body) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String file : List.of("pydantic-v1", "pydantic-v2")) {
      try (InputStream in = WireVectorTest.class.getResourceAsStream("wire/" + file + ".json")) {
        JsonNode cases = JSON.readTree(Objects.requireNonNull(in, file)).get("cases");
        cases
            .properties()
            .forEach(
                entry ->
                    vectors.add(
                        new Vector(file + " " + entry.getKey(), entry.getValue().textValue())));
      }
    }
    return vectors.stream();
  }

  @Test
  void bothFilesShouldHaveTheirCases() throws IOException {
    assertThat(vectors()).hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectorShouldBeReadAndWrittenWithTheSameValues(Vector vector) throws IOException {
    for (EventCatalog catalog : List.of(EventCatalog.empty(), Payloads.CATALOG)) {
      for (TimestampStyle style : TimestampStyle.values()) {
        EventCodec codec = EventCodec.builder().timestampStyle(style).build();
        Event<?> event = codec.decode(vector.body().getBytes(UTF_8), catalog);
        byte[] written = codec.encode(event);

        assertThat(withoutTimestamp(JSON.readTree(written)))
            .isEqualTo(withoutTimestamp(JSON.readTree(vector.body())));
        assertThat(timestamp(JSON.readTree(written)))
            .isEqualTo(timestamp(JSON.readTree(vector.body())));
        assertThat(codec.decode(written, catalog)).isEqualTo(event);
      }
    }
  }

  private static JsonNode withoutTimestamp(JsonNode body) {
    return ((ObjectNode) body.deepCopy()).without("timestamp");
  }

  private static OffsetDateTime timestamp(JsonNode body) {
    String text = body.get("timestamp").textValue();
    return text.endsWith("Z") || text.contains("+")
        ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC)
        : LocalDateTime.parse(text).atOffset(ZoneOffset.UTC);
  }
}
