package io.artel.events.testkit.internal.embedded.exchange;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Matches where the routing key equals the binding's. */
final class DirectRouting implements Routing {
  private final Map<String, Destinations> byKey = new HashMap<>();

  @Override
  public void add(Binding binding) {
    byKey
        .computeIfAbsent(binding.routingKey(), key -> new Destinations())
        .add(binding.destination());
  }

  @Override
  public void remove(Binding binding) {
    byKey.computeIfPresent(
        binding.routingKey(),
        (key, destinations) -> {
          destinations.remove(binding.destination());
          return destinations.isEmpty() ? null : destinations;
        });
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    for (String key : arrival.keys()) {
      Destinations destinations = byKey.get(key);
      if (destinations != null) {
        destinations.addTo(matches);
      }
    }
  }
}
