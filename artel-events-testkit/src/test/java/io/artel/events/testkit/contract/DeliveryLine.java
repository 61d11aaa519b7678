package io.artel.events.testkit.contract;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/** A connection whose socket the test can cut, so that the broker sees no close method. */
final class DeliveryLine implements AutoCloseable {
  private final AtomicReference<Socket> socket = new AtomicReference<>();
  private final Connection connection;

  DeliveryLine(Contract contract) throws Exception {
    ConnectionFactory factory = contract.factory();
    factory.useBlockingIo();
    factory.setSocketConfigurator(socket::set);
    connection = contract.connect(factory);
  }

  Channel channel() throws IOException {
    return connection.createChannel();
  }

  /** Ends the socket with a reset, as a killed process on a lossy line does. */
  void cut() throws IOException {
    Socket line = socket.get();
    line.setSoLinger(true, 0);
    line.close();
  }

  @Override
  public void close() {
    connection.abort();
  }
}
