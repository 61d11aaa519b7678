package io.artel.events.testkit.internal.faults;

import io.artel.events.testkit.BrokerProxy;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The networks between clients and each node of a broker. */
final class Networks implements AutoCloseable {
  private final List<BrokerProxy> each;

  /** Good networks, to nodes that are there. */
  Networks(List<String> amqpUris) {
    each = amqpUris.stream().map(BrokerProxy::before).toList();
  }

  /** The network to a node. */
  BrokerProxy to(int node) {
    return each.get(node);
  }

  /** The URIs of all nodes by way of these, this one at first and then those that follow it. */
  String amqpUris(int first) {
    return IntStream.range(0, each.size())
        .mapToObj(i -> to((first + i) % each.size()).amqpUri())
        .collect(Collectors.joining(","));
  }

  @Override
  public void close() {
    each.forEach(BrokerProxy::close);
  }
}
