package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ErlangText;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Matches one destination, chosen by a hash. Each destination has as many buckets as the routing
 * key of its first binding says, in the order of binding. As in RabbitMQ, further bindings of the
 * same destination add nothing, but removing any of them removes all its buckets; since 4.3 not if
 * one with the same routing key remains.
 */
final class ConsistentHashRouting implements Routing {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final int MOST_BUCKETS = 10_000;

  /** More than any real broker could hold; before 4.3 there is no limit. */
  private static final BigInteger ENDLESS = BigInteger.valueOf(Integer.MAX_VALUE);

  private final HashInput input;
  private final Dialect dialect;
  private final Map<Destination, Long> buckets = new LinkedHashMap<>();
  private final Map<Destination, List<String>> keys = new HashMap<>();
  private long count;

  ConsistentHashRouting(FieldTable arguments, Dialect dialect) {
    this.input = new HashInput(arguments, dialect);
    this.dialect = dialect;
  }

  @Override
  public void checkBinding(String routingKey, FieldTable arguments) {
    if (!INTEGER.matcher(routingKey).matches()) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "The binding key must be an integer: " + new ErlangText(dialect).of(routingKey));
    }
    BigInteger weight = new BigInteger(routingKey);
    if (weight.signum() <= 0) {
      throw ReplyCode.PRECONDITION_FAILED.error("The binding key must be greater than 0");
    }
    if (dialect.since(Dialect.V4_3) && weight.compareTo(BigInteger.valueOf(MOST_BUCKETS)) > 0) {
      throw ReplyCode.PRECONDITION_FAILED.error("The binding key must not exceed " + MOST_BUCKETS);
    }
  }

  @Override
  public void add(Binding binding) {
    keys.computeIfAbsent(binding.destination(), same -> new ArrayList<>())
        .add(binding.routingKey());
    long weight = new BigInteger(binding.routingKey()).min(ENDLESS).longValue();
    if (buckets.putIfAbsent(binding.destination(), weight) == null) {
      count += weight;
    }
  }

  @Override
  public void remove(Binding binding) {
    if (otherHasSameKey(binding) && dialect.since(Dialect.V4_3)) {
      return;
    }
    Long weight = buckets.remove(binding.destination());
    if (weight != null) {
      count -= weight;
    }
  }

  /** Takes the binding off its destination's list and returns whether its key is still there. */
  private boolean otherHasSameKey(Binding removed) {
    List<String> left = keys.getOrDefault(removed.destination(), List.of());
    left.remove(removed.routingKey());
    if (left.isEmpty()) {
      keys.remove(removed.destination());
    }
    return left.contains(removed.routingKey());
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    if (count == 0) {
      return;
    }
    // With one bucket there is nothing to choose, and the input is not even looked at.
    long bucket = count == 1 ? 0 : JumpHash.bucket(input.of(arrival), count);
    for (Map.Entry<Destination, Long> range : buckets.entrySet()) {
      bucket -= range.getValue();
      if (bucket < 0) {
        matches.add(range.getKey());
        return;
      }
    }
  }

  @Override
  public boolean dependsOnKeyAlone() {
    return input.isRoutingKey();
  }
}
