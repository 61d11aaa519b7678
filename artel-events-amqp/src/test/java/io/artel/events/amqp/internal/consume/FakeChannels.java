package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.background.Standstill;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Channels without a broker. */
final class FakeChannels {

  private static final Background STOPPED = new Background("stopped", 1);
  private static final Standstill STANDSTILL = new Standstill("standstill");
  private static final ChannelSession IDLE =
      new ChannelSession(new AckBroker(0).channel(), "queue", 1, 250, STOPPED, STANDSTILL, 0);

  static {
    STOPPED.stop();
    STANDSTILL.stop();
  }

  private FakeChannels() {}

  /** Does not look. */
  static Standstill standstill() {
    return STANDSTILL;
  }

  /** A delivery on a channel that is open. */
  static Delivery delivery(long tag) {
    return new Delivery(
        IDLE, new Envelope(tag, false, "", "key"), new BasicProperties(), new byte[] {1});
  }

  /** A timer whose tasks never run. */
  static Background stopped() {
    return STOPPED;
  }

  /**
   * The broker's rules for acknowledgements: {@code multiple} reaches everything outstanding up to
   * the tag; a tag that is not outstanding, also as the target of {@code multiple}, is a channel
   * error. That an unfinished delivery is acknowledged, it sees as well.
   */
  static final class AckBroker {
    private final TreeSet<Long> outstanding = new TreeSet<>();
    private final TreeSet<Long> finished = new TreeSet<>();
    private final List<String> breaches = new ArrayList<>();
    private int acks;

    /** With so many deliveries outstanding. */
    AckBroker(int deliveries) {
      for (long tag = 1; tag <= deliveries; tag++) {
        outstanding.add(tag);
      }
    }

    /** The consumer is done with this delivery and may acknowledge it. */
    synchronized void finished(long tag) {
      finished.add(tag);
    }

    private synchronized void ack(long tag, boolean multiple) {
      acks++;
      require(outstanding.contains(tag), "unknown delivery tag " + tag);
      SortedSet<Long> reached = outstanding.subSet(multiple ? 0 : tag, tag + 1);
      for (long each : reached) {
        require(finished.contains(each), "delivery " + each + " is not finished");
      }
      reached.clear();
      notifyAll();
    }

    private void require(boolean kept, String otherwise) {
      if (!kept) {
        breaches.add(otherwise);
        throw new AssertionError(otherwise);
      }
    }

    synchronized SortedSet<Long> outstanding() {
      return new TreeSet<>(outstanding);
    }

    synchronized void awaitOutstanding(int count) throws InterruptedException {
      while (outstanding.size() != count) {
        wait();
      }
    }

    /** What was against the rules, also on threads whose errors nobody sees. */
    synchronized List<String> breaches() {
      return List.copyOf(breaches);
    }

    synchronized int acks() {
      return acks;
    }

    Channel channel() {
      return (Channel)
          Proxy.newProxyInstance(
              Channel.class.getClassLoader(),
              new Class<?>[] {Channel.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "basicAck" -> ack((long) arguments[0], (boolean) arguments[1]);
                  case "isOpen" -> {
                    return true;
                  }
                  default -> throw new UnsupportedOperationException(method.toString());
                }
                return null;
              });
    }
  }
}
