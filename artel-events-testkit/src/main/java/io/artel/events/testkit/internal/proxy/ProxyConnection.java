package io.artel.events.testkit.internal.proxy;

import io.artel.events.testkit.BrokerProxy.Direction;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection: four threads, for each way one that reads whole frames and one that
 * writes them when their time has come.
 *
 * <p>The end of one side reaches the other by the way that leads there. A way that has swallowed
 * something swallows that too, as when packets get lost: the other side has to find out by itself.
 */
public final class ProxyConnection {
  private static final int HELD_FRAMES = 4_096;
  private static final int FRAME_HEADER = 7;
  private static final int PROTOCOL_HEADER = 8;
  private static final int METHOD = 1;
  private static final int BODY = 3;
  private static final int CHANNEL = 20;
  private static final int CLOSE = 40;
  private static final int BASIC = 60;
  private static final int ACK = 80;
  private static final int NACK = 120;
  private static final long LOOK_MILLIS = 100;

  private final ProxyServer server;
  private final Socket client;
  private final Socket broker;

  /** Bytes that leave at a time of {@link System#nanoTime}; the last of a way end it. */
  private static final class Chunk {
    final byte[] bytes;
    final int length;
    final long at;
    final boolean last;

    Chunk(byte[] bytes, int length, long at, boolean last) {
      this.bytes = bytes;
      this.length = length;
      this.at = at;
      this.last = last;
    }
  }

  ProxyConnection(ProxyServer server, Socket client, Socket broker) {
    this.server = server;
    this.client = client;
    this.broker = broker;
  }

  void start() throws IOException {
    client.setTcpNoDelay(true);
    broker.setTcpNoDelay(true);
    pump(client, broker, Direction.TO_BROKER);
    pump(broker, client, Direction.TO_CLIENT);
  }

  /** Ends both sides, with a reset or in good order. */
  public void end(boolean reset) {
    if (!client.isClosed()) {
      server.countEnded();
    }
    close(client, reset);
    close(broker, reset);
    server.forget(this);
  }

  private void close(Socket side) {
    close(side, false);
    if (client.isClosed() && broker.isClosed()) {
      server.forget(this);
    }
  }

  static void close(Socket socket, boolean reset) {
    try {
      if (reset) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  private void pump(Socket from, Socket to, Direction direction) {
    BlockingQueue<Chunk> held = new LinkedBlockingQueue<>(HELD_FRAMES);
    thread(direction + " reader", () -> read(from, to, direction, held));
    thread(direction + " writer", () -> write(from, to, held));
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, "artel-proxy-" + server.port() + " " + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Socket from, Socket to, Direction direction, BlockingQueue<Chunk> held) {
    boolean dead = false;
    try {
      DataInputStream in = new DataInputStream(from.getInputStream());
      byte[] frame = direction == Direction.TO_BROKER ? in.readNBytes(PROTOCOL_HEADER) : frame(in);
      while (frame.length > 0) {
        server.awaitUnstalled();
        dead = dead || server.swallows(direction);
        // What became of a message: a confirmation, or the other way of a delivery.
        boolean ack = isMethod(frame, BASIC, ACK) || isMethod(frame, BASIC, NACK);
        if (dead || (ack && server.takeAckToLose(direction))) {
          server.countSwallowed();
        } else if (direction == Direction.TO_BROKER
            && frame[0] == BODY
            && server.takePublishToCut()) {
          server.countEnded();
          hold(held, new Chunk(frame, frame.length / 2, due(), true), to);
          return;
        } else {
          hold(held, new Chunk(frame, frame.length, due(), false), to);
          if (direction == Direction.TO_CLIENT && isMethod(frame, CHANNEL, CLOSE)) {
            server.countClosedChannel();
          }
          if (ack && direction == Direction.TO_BROKER && server.takeAckToRepeat()) {
            hold(held, new Chunk(frame, frame.length, due(), false), to);
          }
        }
        frame = frame(in);
      }
    } catch (IOException e) {
      // The end of the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    passOn(from, to, dead, held);
  }

  /** The other side hears of an end after all that came before it, unless packets get lost. */
  private void passOn(Socket from, Socket to, boolean dead, BlockingQueue<Chunk> held) {
    try {
      if (!dead) {
        hold(held, new Chunk(new byte[0], 0, due(), true), to);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (dead || to.isClosed()) {
      close(from);
    }
  }

  private long due() {
    return System.nanoTime() + server.delayNanos();
  }

  private static void hold(BlockingQueue<Chunk> held, Chunk chunk, Socket to)
      throws InterruptedException {
    boolean taken = false;
    while (!taken && !to.isClosed()) {
      taken = held.offer(chunk, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void write(Socket from, Socket to, BlockingQueue<Chunk> held) {
    boolean last = false;
    try {
      OutputStream out = to.getOutputStream();
      while (!last && !to.isClosed()) {
        Chunk chunk = held.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (chunk != null) {
          long wait = chunk.at - System.nanoTime();
          if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
          }
          out.write(chunk.bytes, 0, chunk.length);
          last = chunk.last;
        }
      }
    } catch (IOException e) {
      // The end of the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(to);
    if (last) {
      close(from);
    }
  }

  /** The next whole frame; empty at the end of the stream. */
  private static byte[] frame(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(FRAME_HEADER);
    if (header.length < FRAME_HEADER) {
      return new byte[0];
    }
    int size =
        (header[3] & 0xff) << 24
            | (header[4] & 0xff) << 16
            | (header[5] & 0xff) << 8
            | (header[6] & 0xff);
    byte[] frame = new byte[FRAME_HEADER + size + 1];
    System.arraycopy(header, 0, frame, 0, FRAME_HEADER);
    in.readFully(frame, FRAME_HEADER, size + 1);
    return frame;
  }

  private static boolean isMethod(byte[] frame, int wantedClass, int wantedMethod) {
    if (frame[0] != METHOD) {
      return false;
    }
    int classId = (frame[FRAME_HEADER] & 0xff) << 8 | (frame[FRAME_HEADER + 1] & 0xff);
    int methodId = (frame[FRAME_HEADER + 2] & 0xff) << 8 | (frame[FRAME_HEADER + 3] & 0xff);
    return classId == wantedClass && methodId == wantedMethod;
  }
}
