package io.artel.events;

/**
 * Hears how connections fare. It is called on one thread of the library's own, for each connection
 * in the order in which things happened; what it throws is logged and otherwise ignored. It should
 * be quick: outcomes of publishes are announced on the same thread.
 */
@FunctionalInterface
public interface ConnectionListener {

  /** A connection has come into another state. */
  void changed(ConnectionStatus status);
}
