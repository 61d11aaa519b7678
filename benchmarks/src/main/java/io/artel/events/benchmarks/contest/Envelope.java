package io.artel.events.benchmarks.contest;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The wire format as a record, for those who read and write it with plain Jackson. */
public record Envelope(
    UUID eventId,
    String eventType,
    @JsonFormat(pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS") LocalDateTime timestamp,
    String sourceService,
    @Nullable UUID correlationId,
    int priority,
    int retries,
    int maxRetries,
    @Nullable UUID userId,
    @Nullable UUID sessionId,
    @Nullable UUID gameId,
    BenchmarkEvents.BallPotted data) {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new JavaTimeModule())
          .build();
  private static final ObjectWriter WRITER = MAPPER.writerFor(Envelope.class);
  private static final ObjectReader READER = MAPPER.readerFor(Envelope.class);

  /** The event with this number, as of now. */
  public static Envelope of(BenchmarkEvents events, int number) {
    BenchmarkEvents.BallPotted data = events.payload(number);
    return new Envelope(
        UUID.randomUUID(),
        BenchmarkEvents.TYPE,
        LocalDateTime.now(ZoneOffset.UTC),
        BenchmarkEvents.SERVICE,
        null,
        8,
        0,
        3,
        data.playerId(),
        events.session(number),
        null,
        data);
  }

  /** As a message's body. */
  public byte[] json() throws IOException {
    return WRITER.writeValueAsBytes(this);
  }

  /** From a message's body. */
  public static Envelope of(byte[] json) throws IOException {
    return READER.readValue(json);
  }

  /** What the hash exchange and readers know it by. */
  String key() {
    return sessionId != null ? sessionId.toString() : eventId.toString();
  }
}
