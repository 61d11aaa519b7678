package io.artel.events.examples.play;

import io.artel.events.Event;
import io.artel.events.FlowObserver;
import io.artel.events.PublishException;
import io.artel.events.PublishReceipt;

/** Two observers who see the same. */
record BothObservers(FlowObserver first, FlowObserver second) implements FlowObserver {

  @Override
  public void publishing(Event<?> event) {
    first.publishing(event);
    second.publishing(event);
  }

  @Override
  public void confirmed(Event<?> event, PublishReceipt receipt) {
    first.confirmed(event, receipt);
    second.confirmed(event, receipt);
  }

  @Override
  public void failed(Event<?> event, PublishException failure) {
    first.failed(event, failure);
    second.failed(event, failure);
  }

  @Override
  public void settled(Settlement settlement) {
    first.settled(settlement);
    second.settled(settlement);
  }
}
