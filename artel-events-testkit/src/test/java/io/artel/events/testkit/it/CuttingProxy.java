package io.artel.events.testkit.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between a client and a broker, and cuts everything off after so many bytes of clients. */
final class CuttingProxy implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicLong passed = new AtomicLong();
  private final URI broker;
  private final long most;

  CuttingProxy(String uri, long most) throws IOException {
    broker = URI.create(uri);
    this.most = most;
    start(this::accept);
  }

  String uri() {
    return broker
        .toString()
        .replace(":" + broker.getPort() + "/", ":" + server.getLocalPort() + "/")
        .replace("@" + broker.getHost() + ":", "@127.0.0.1:");
  }

  /** How many bytes clients have sent. */
  long passed() {
    return passed.get();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket upstream = new Socket(broker.getHost(), broker.getPort());
        sockets.add(client);
        sockets.add(upstream);
        start(() -> pump(client, upstream, true));
        start(() -> pump(upstream, client, false));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private void pump(Socket from, Socket to, boolean counted) {
    byte[] buffer = new byte[4096];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        long before = counted ? passed.getAndAdd(read) : 0;
        int allowed = (int) Math.min(read, counted ? Math.max(0, most - before) : read);
        out.write(buffer, 0, allowed);
        if (allowed < read) {
          cut();
        }
      }
    } catch (IOException gone) {
      cut();
    }
  }

  private void cut() {
    for (Socket socket : List.copyOf(sockets)) {
      try {
        socket.close();
      } catch (IOException closedAlready) {
        sockets.remove(socket);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
