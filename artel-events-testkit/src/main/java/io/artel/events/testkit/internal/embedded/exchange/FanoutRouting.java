package io.artel.events.testkit.internal.embedded.exchange;

import java.util.Collection;

/** Matches always. */
final class FanoutRouting implements Routing {
  private final Destinations destinations = new Destinations();

  @Override
  public void add(Binding binding) {
    destinations.add(binding.destination());
  }

  @Override
  public void remove(Binding binding) {
    destinations.remove(binding.destination());
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    destinations.addTo(matches);
  }
}
