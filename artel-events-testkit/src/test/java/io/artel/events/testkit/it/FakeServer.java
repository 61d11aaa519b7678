package io.artel.events.testkit.it;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A port where something answers that is no broker. */
final class FakeServer implements AutoCloseable {

  /** What is done with a connection; it is closed afterwards. */
  interface Answer {
    void to(Socket connection) throws Exception;
  }

  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

  FakeServer(Answer answer) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket connection = server.accept()) {
                  open.add(connection);
                  answer.to(connection);
                } catch (Exception e) {
                  // The peer has gone, or the server is closed: then the loop ends.
                }
              }
            },
            "fake-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Says nothing, and keeps the connection until the peer gives up. */
  static FakeServer mute() throws IOException {
    return new FakeServer(connection -> readAll(connection));
  }

  /** Closes the connection at once. */
  static FakeServer closing() throws IOException {
    return new FakeServer(connection -> {});
  }

  /** Sends these bytes when it has heard the client's first eight, and closes. */
  static FakeServer saying(byte[] answer) throws IOException {
    return new FakeServer(
        connection -> {
          connection.getInputStream().readNBytes(8);
          connection.getOutputStream().write(answer);
          connection.getOutputStream().flush();
          connection.shutdownOutput();
          readAll(connection);
        });
  }

  /** Begins as a broker, and closes when it has the login. */
  static FakeServer closingAfterLogin() throws IOException {
    return new FakeServer(
        connection -> {
          connection.getInputStream().readNBytes(8);
          connection.getOutputStream().write(connectionStart());
          connection.getOutputStream().flush();
          connection.getInputStream().readNBytes(7);
        });
  }

  private static byte[] connectionStart() throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream method = new DataOutputStream(payload);
    method.writeShort(10); // connection
    method.writeShort(10); // start
    method.writeByte(0);
    method.writeByte(9);
    method.writeInt(0); // no server properties
    for (String text : new String[] {"PLAIN", "en_US"}) {
      method.writeInt(text.length());
      method.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream frame = new DataOutputStream(bytes);
    frame.writeByte(1);
    frame.writeShort(0);
    frame.writeInt(payload.size());
    payload.writeTo(frame);
    frame.writeByte(0xCE);
    return bytes.toByteArray();
  }

  private static void readAll(Socket connection) throws IOException {
    byte[] ignored = new byte[1024];
    while (connection.getInputStream().read(ignored) >= 0) {
      // until the peer closes
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
