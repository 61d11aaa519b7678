package io.artel.events.examples.play;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a play; {@code README.md} says what each figure means. Names and meanings are a
 * contract with whoever reads the file.
 */
public record Report(
    @JsonProperty("broker") Broker broker,
    @JsonProperty("published") long published,
    @JsonProperty("confirmed") long confirmed,
    @JsonProperty("handled") long handled,
    @JsonProperty("dead_lettered") long deadLettered,
    @JsonProperty("lost") long lost,
    @JsonProperty("inconsistent") long inconsistent,
    @JsonProperty("duplicates") long duplicates,
    @JsonProperty("order_inversions") long orderInversions,
    @JsonProperty("session_overlaps") long sessionOverlaps,
    @JsonProperty("restarts") long restarts,
    @JsonProperty("critical_p50_ms") double criticalP50Ms,
    @JsonProperty("critical_p99_ms") double criticalP99Ms,
    @JsonProperty("processing_p99_ms") double processingP99Ms,
    @JsonProperty("events_per_second") double eventsPerSecond,
    @JsonProperty("messages_per_second") double messagesPerSecond,
    @JsonProperty("chaos") @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Map<String, Map<String, Long>> chaos) {

  /** The broker that was played on. */
  public record Broker(
      @JsonProperty("product") String product, @JsonProperty("version") String version) {}

  /**
   * Whether nothing was lost and everybody has what they should have; with chaos, which keeps
   * events from the statistics, whether nothing was lost.
   */
  @JsonIgnore
  public boolean isClean() {
    return lost == 0 && (inconsistent == 0 || chaos != null);
  }
}
