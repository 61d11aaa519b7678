package io.artel.events.examples.play;

import io.artel.events.amqp.ArtelEvents;
import io.artel.events.testkit.BrokerProxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance of the services that read shared queues. It lives in the process of all others, but
 * has connections of its own, and shares nothing with them but the stores, which stand for
 * databases. Used by one thread.
 */
final class Instance implements AutoCloseable {

  private static final String PLAIN = "amqp://";

  /** Ends its connections without a word; null where they are not to be cut, or are encrypted. */
  private final @Nullable BrokerProxy proxy;

  private final BrokerAddress address;
  private final Deque<ArtelEvents> connections = new ArrayDeque<>();

  /**
   * An instance without services.
   *
   * @param cuttable whether it may be cut off, for which its connections go by a proxy
   */
  Instance(BrokerAddress broker, boolean cuttable) {
    proxy = cuttable && broker.amqp().startsWith(PLAIN) ? BrokerProxy.before(broker.amqp()) : null;
    address = proxy == null ? broker : new BrokerAddress(proxy.amqpUri(), broker.management());
  }

  /** Adds a service that connects to the address that it is given. */
  ArtelEvents connect(Function<BrokerAddress, ArtelEvents> service) {
    ArtelEvents artel = service.apply(address);
    connections.addLast(artel);
    return artel;
  }

  /** Ends as a process does that is killed: connections break, nothing is waited for. */
  void cut() {
    if (proxy != null) {
      proxy.refuse();
      proxy.reset();
    }
    while (!connections.isEmpty()) {
      var unused = connections.removeLast().close(Duration.ZERO);
    }
    close();
  }

  /** Ends in good order; again does nothing. */
  @Override
  public void close() {
    while (!connections.isEmpty()) {
      connections.removeLast().close();
    }
    if (proxy != null) {
      proxy.close();
    }
  }
}
