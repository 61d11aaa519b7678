package io.artel.events.testkit.internal.embedded.exchange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way of one message through bound and alternate exchanges, each of which it visits once. */
final class Route {
  private final Function<String, @Nullable Exchange> lookUp;
  private final Set<String> seen = new HashSet<>();
  private final Deque<Exchange> ahead = new ArrayDeque<>();
  private final Set<String> queues = new TreeSet<>();
  private boolean dependedOnKeyAlone = true;

  Route(Function<String, @Nullable Exchange> lookUp) {
    this.lookUp = lookUp;
  }

  /** Follows it from the first exchange and returns the queues, sorted. */
  List<String> follow(Exchange first, Arrival arrival) {
    visit(first.name());
    List<Destination> matches = new ArrayList<>();
    while (!ahead.isEmpty()) {
      Exchange exchange = ahead.remove();
      dependedOnKeyAlone &= exchange.routing().dependsOnKeyAlone();
      matches.clear();
      exchange.routing().route(arrival, matches);
      String alternate = exchange.alternate();
      if (matches.isEmpty() && alternate != null) {
        visit(alternate);
      }
      matches.forEach(this::go);
    }
    return List.copyOf(queues);
  }

  /** Whether any message with that routing key would have gone the same way. */
  boolean dependedOnKeyAlone() {
    return dependedOnKeyAlone;
  }

  private void go(Destination destination) {
    if (destination.isExchange()) {
      visit(destination.name());
    } else {
      queues.add(destination.name());
    }
  }

  /** Missing exchanges are passed over. */
  private void visit(String name) {
    Exchange exchange = lookUp.apply(name);
    if (exchange != null && seen.add(name)) {
      ahead.add(exchange);
    }
  }
}
