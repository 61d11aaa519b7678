package io.artel.events.testkit.internal.embedded.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Matches one destination, chosen by a hash among all bindings in the order of the destinations'
 * names; a destination with two bindings counts twice.
 */
final class ModulusHashRouting implements Routing {
  private static final Comparator<Destination> ORDER =
      Comparator.comparing(Destination::kind).thenComparing(Destination::name);

  private final List<Destination> sorted = new ArrayList<>();

  @Override
  public void add(Binding binding) {
    sorted.add(binding.destination());
    sorted.sort(ORDER);
  }

  @Override
  public void remove(Binding binding) {
    sorted.remove(binding.destination());
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    if (sorted.isEmpty()) {
      return;
    }
    ErlangHash hash = new ErlangHash();
    for (String key : arrival.keys()) {
      hash.binary(key.getBytes(StandardCharsets.UTF_8));
    }
    matches.add(sorted.get(hash.endOfList().value() % sorted.size()));
  }
}
