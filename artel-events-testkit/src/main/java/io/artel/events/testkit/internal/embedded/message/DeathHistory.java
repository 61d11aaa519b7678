package io.artel.events.testkit.internal.embedded.message;

import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and why a message has been dead-lettered so far: what the header {@code x-death} shows, the
 * latest first, one entry for each queue and reason.
 *
 * <p>RabbitMQ 3.x keeps it in the headers only, where clients can write it too. RabbitMQ 4.x keeps
 * it beside the headers, together with what else it remembers from queue to queue.
 */
public final class DeathHistory {
  /** The history of a message that has not been dead-lettered. */
  public static final DeathHistory NONE = new DeathHistory(List.of(), Carried.NOTHING);

  private static final String QUEUE = "queue";
  private static final String REASON = "reason";
  private static final String REJECTED = "rejected";

  private final List<FieldValue> entries;
  private final Carried carried;

  private DeathHistory(List<FieldValue> entries, Carried carried) {
    this.entries = entries;
    this.carried = carried;
  }

  /**
   * What a message takes along from queue to queue.
   *
   * @param failures how often it failed to be consumed, as far as its queues remember that
   * @param keyReplaced whether a queue replaced its routing keys, so that its headers CC and BCC no
   *     longer count
   */
  public record Carried(int failures, boolean keyReplaced) {
    /** What a message takes along that has not been dead-lettered. */
    public static final Carried NOTHING = new Carried(0, false);
  }

  /**
   * One death.
   *
   * @param queue the queue it was in
   * @param reason why it could not stay there
   * @param seconds when, in seconds since 1970
   * @param exchange the exchange it had been published to
   * @param routingKeys the keys it had been published with
   * @param expiration its time to live, if it had one
   */
  public record Death(
      String queue,
      String reason,
      long seconds,
      String exchange,
      List<String> routingKeys,
      @Nullable String expiration) {}

  /** {@return the history that a header tells; a header of another type tells nothing} */
  public static DeathHistory of(@Nullable FieldValue header) {
    return header == null || header.type() != FieldType.ARRAY
        ? NONE
        : new DeathHistory(header.elements(), Carried.NOTHING);
  }

  /** {@return what the message takes along} */
  public Carried carried() {
    return carried;
  }

  /** {@return the same history with something else to take along} */
  public DeathHistory carrying(Carried other) {
    return new DeathHistory(entries, other);
  }

  /** {@return this history with its entries the other way round} */
  public DeathHistory reversed() {
    List<FieldValue> reversed = new ArrayList<>(entries);
    Collections.reverse(reversed);
    return new DeathHistory(List.copyOf(reversed), carried);
  }

  /** {@return this history and one more death, or one more of the same kind} */
  public DeathHistory died(Death death) {
    List<FieldValue> others = new ArrayList<>(entries);
    FieldValue latest = null;
    for (FieldValue entry : entries) {
      if (isText(entry, QUEUE, death.queue()) && isText(entry, REASON, death.reason())) {
        others.remove(entry);
        latest = FieldValue.of(entry.table().with("count", FieldValue.of(count(entry) + 1)));
        break;
      }
    }
    others.add(0, latest == null ? first(death) : latest);
    return new DeathHistory(List.copyOf(others), carried);
  }

  private static long count(FieldValue entry) {
    FieldValue count = entry.table().get("count");
    return count != null && count.type().isInteger() ? count.integer() : 1;
  }

  private static FieldValue first(Death death) {
    Map<String, FieldValue> entry = new LinkedHashMap<>();
    entry.put("count", FieldValue.of(1));
    entry.put(REASON, FieldValue.of(death.reason()));
    entry.put(QUEUE, FieldValue.of(death.queue()));
    entry.put("time", FieldValue.timestamp(death.seconds()));
    entry.put("exchange", FieldValue.of(death.exchange()));
    entry.put(
        "routing-keys", FieldValue.of(death.routingKeys().stream().map(FieldValue::of).toList()));
    String expiration = death.expiration();
    if (expiration != null) {
      entry.put("original-expiration", FieldValue.of(expiration));
    }
    return FieldValue.of(FieldTable.of(entry));
  }

  /** Whether the message was in that queue before and came here with no consumer rejecting it. */
  public boolean cycles(String queue) {
    for (FieldValue entry : entries) {
      if (entry.type() != FieldType.TABLE || isText(entry, REASON, REJECTED)) {
        return false;
      }
      if (isText(entry, QUEUE, queue)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isText(FieldValue entry, String name, String text) {
    if (entry.type() != FieldType.TABLE) {
      return false;
    }
    FieldValue value = entry.table().get(name);
    return value != null && value.isText() && value.toString().equals(text);
  }

  /** {@return the header {@code x-death}} */
  public FieldValue asHeader() {
    return FieldValue.of(entries);
  }
}
