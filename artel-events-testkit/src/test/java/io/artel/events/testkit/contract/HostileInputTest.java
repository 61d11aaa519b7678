package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sends the embedded broker what a client would, with mistakes in it, each over a connection of its
 * own: it must neither fall over nor hang, and serve the next client.
 */
@Timeout(300)
class HostileInputTest {
  private static final int STREAMS = 100_000;
  private static final int CLIENTS = 4;
  private static final int PATIENCE_MILLIS = 20_000;

  /** Lengths that programs like to get wrong. */
  private static final int[] WILD = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 131_073, 1 << 24};

  @Test
  void mutatedStreamsShouldHarmNobody() throws Exception {
    Queue<String> defects = new ConcurrentLinkedQueue<>();
    Logger logger = Logger.getLogger("io.artel.events.testkit.internal.embedded");
    Handler handler = new Collecting(defects);
    logger.addHandler(handler);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder().profile(BrokerProfile.RABBITMQ_4_3).start()) {
      byte[] wellBehaved = session();
      assertThat(talk(broker, wellBehaved))
          .as("answers to the unchanged stream")
          .isGreaterThan(300);
      List<Callable<Long>> work = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        long seed = client;
        work.add(() -> talkNonsense(broker, wellBehaved, seed));
      }
      long answered = 0;
      for (Future<Long> done : clients.invokeAll(work)) {
        answered += done.get();
      }
      assertThat(answered).as("streams that were answered").isGreaterThan(STREAMS / 2);
      assertThat(defects).isEmpty();
      assertServes(broker);
      assertThat(broker.connections()).isEmpty();
    } finally {
      clients.shutdownNow();
      logger.removeHandler(handler);
    }
  }

  private static long talkNonsense(EmbeddedBroker broker, byte[] wellBehaved, long seed)
      throws IOException {
    Random random = new Random(seed);
    long answered = 0;
    for (int i = 0; i < STREAMS / CLIENTS; i++) {
      answered += talk(broker, mutated(wellBehaved, random)) > 0 ? 1 : 0;
    }
    return answered;
  }

  /** Sends bytes, waits until the broker hangs up, and returns how many bytes it answered. */
  private static int talk(EmbeddedBroker broker, byte[] stream) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      int answered = 0;
      try {
        socket.getOutputStream().write(stream);
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        byte[] answer = new byte[8192];
        for (int count = in.read(answer); count >= 0; count = in.read(answer)) {
          answered += count;
        }
      } catch (SocketException e) {
        // The broker hung up while it was still being talked to.
      }
      return answered;
    }
  }

  private static byte[] mutated(byte[] stream, Random random) {
    byte[] bytes = stream.clone();
    int mistakes = 1 + random.nextInt(4);
    for (int i = 0; i < mistakes; i++) {
      bytes = withMistake(bytes, random);
    }
    return bytes;
  }

  private static byte[] withMistake(byte[] bytes, Random random) {
    if (bytes.length < 16) {
      return bytes;
    }
    int at = random.nextInt(bytes.length - 8);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        int wild = WILD[random.nextInt(WILD.length)];
        for (int i = 0; i < 4; i++) {
          bytes[at + i] = (byte) (wild >>> (24 - 8 * i));
        }
      }
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return joined(
            Arrays.copyOf(bytes, at),
            Arrays.copyOfRange(bytes, at / 2, at),
            Arrays.copyOfRange(bytes, at, bytes.length));
      }
      case 5 -> {
        byte[] noise = new byte[random.nextInt(64)];
        random.nextBytes(noise);
        return joined(Arrays.copyOf(bytes, at), noise, Arrays.copyOfRange(bytes, at, bytes.length));
      }
      default -> {
        return joined(
            Arrays.copyOf(bytes, 8),
            Arrays.copyOfRange(bytes, at, bytes.length),
            Arrays.copyOfRange(bytes, 8, Math.max(8, at)));
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** What a client sends that logs in, declares, publishes, fetches, consumes and settles. */
  private static byte[] session() {
    Map<String, Object> headers = Map.of("number", 1, "table", Map.of("inner", "text"));
    byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
    RawAmqpArguments content =
        arguments().shortInt(60).shortInt(0).longLong(body.length).shortInt(0x3000);
    content.table(headers).octet(2);
    return joined(
        RawAmqp.HEADER,
        method(
            0,
            10,
            11,
            arguments()
                .table(Map.of("capabilities", Map.of("basic.nack", true)))
                .shortString("PLAIN")
                .longString(RawAmqp.plain("guest", "guest"))
                .shortString("en_US")),
        method(0, 10, 31, arguments().shortInt(2047).longInt(131_072).shortInt(60)),
        method(0, 10, 40, arguments().shortString("/").shortString("").octet(0)),
        method(1, 20, 10, arguments().shortString("")),
        method(
            1,
            50,
            10,
            arguments().shortInt(0).shortString("").octet(4).table(Map.of("x-max-length", 10))),
        method(1, 85, 10, arguments().octet(0)),
        method(
            1, 60, 40, arguments().shortInt(0).shortString("amq.fanout").shortString("k").octet(1)),
        frame(RawAmqpFrame.HEADER, 1, content.bytes()),
        frame(RawAmqpFrame.BODY, 1, body),
        method(
            1,
            50,
            20,
            arguments()
                .shortInt(0)
                .shortString("")
                .shortString("amq.headers")
                .shortString("k")
                .octet(0)
                .table(Map.of("x-match", "any", "number", 1))),
        method(
            1,
            60,
            40,
            arguments().shortInt(0).shortString("amq.headers").shortString("k").octet(0)),
        frame(RawAmqpFrame.HEADER, 1, content.bytes()),
        frame(RawAmqpFrame.BODY, 1, body),
        method(1, 60, 70, arguments().shortInt(0).shortString("").octet(0)),
        method(1, 60, 120, arguments().longLong(1).octet(2)),
        method(
            1,
            60,
            20,
            arguments().shortInt(0).shortString("").shortString("c").octet(0).table(Map.of())),
        method(1, 60, 80, arguments().longLong(2).octet(0)),
        frame(RawAmqpFrame.HEARTBEAT, 0, new byte[0]),
        method(1, 20, 40, arguments().shortInt(200).shortString("bye").shortInt(0).shortInt(0)),
        method(0, 10, 50, arguments().shortInt(200).shortString("bye").shortInt(0).shortInt(0)));
  }

  private static RawAmqpArguments arguments() {
    return RawAmqp.arguments();
  }

  private static byte[] method(int channel, int classId, int methodId, RawAmqpArguments rest) {
    return frame(
        RawAmqpFrame.METHOD,
        channel,
        arguments().shortInt(classId).shortInt(methodId).raw(rest.bytes()).bytes());
  }

  private static byte[] frame(int type, int channel, byte[] payload) {
    return arguments()
        .octet(type)
        .shortInt(channel)
        .longString(payload)
        .octet(RawAmqp.FRAME_END)
        .bytes();
  }

  private static void assertServes(EmbeddedBroker broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.amqpUri());
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      String queue = channel.queueDeclare().getQueue();
      channel.confirmSelect();
      channel.basicPublish("", queue, null, "next".getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(PATIENCE_MILLIS);
      GetResponse next = channel.basicGet(queue, true);
      assertThat(new String(next.getBody(), StandardCharsets.UTF_8)).isEqualTo("next");
    }
    broker.queue("none").awaitGone();
  }

  /** Keeps what the broker says of its own defects. */
  private static final class Collecting extends Handler {
    private final Queue<String> defects;

    Collecting(Queue<String> defects) {
      this.defects = defects;
    }

    @Override
    public void publish(LogRecord entry) {
      defects.add(entry.getMessage() + ": " + entry.getThrown());
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
