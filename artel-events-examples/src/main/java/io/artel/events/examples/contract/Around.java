package io.artel.events.examples.contract;

import io.artel.events.EventHandler;

/** What is put around every handler of a service. */
public interface Around {

  /** Nothing is. */
  Around NOTHING =
      new Around() {
        @Override
        public <T> EventHandler<T> handler(EventHandler<T> handler) {
          return handler;
        }
      };

  /** The handler with something around it. */
  <T> EventHandler<T> handler(EventHandler<T> handler);
}
