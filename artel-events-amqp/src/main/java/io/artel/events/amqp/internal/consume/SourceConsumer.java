package io.artel.events.amqp.internal.consume;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.TopologyException;
import io.artel.events.amqp.internal.background.Background;
import io.artel.events.amqp.internal.background.Standstill;
import io.artel.events.amqp.internal.connection.Channels;
import io.artel.events.amqp.internal.connection.ConsumingConnections;
import io.artel.events.amqp.internal.connection.SupervisedConnection;
import io.artel.events.amqp.internal.topology.Explanation;
import io.artel.events.amqp.internal.topology.ReadingGate;
import io.artel.events.amqp.internal.topology.WaitingException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one queue on a channel of its own, and opens another one whenever that is closed, cancelled
 * or lost. One bad channel so never disturbs another consumer.
 *
 * <p>While the queue's next message is one that may bring the process down, it reads one at a time:
 * see {@link CrashGuard}. The prefetch of a running consumer cannot be changed, so each change
 * costs the channel.
 */
final class SourceConsumer implements SupervisedConnection.User {

  private static final Logger log = LoggerFactory.getLogger(SourceConsumer.class);
  private static final long FIRST_BACKOFF_MILLIS = 200;
  private static final long MAX_BACKOFF_MILLIS = 10_000;

  /** Prepares the channel and names the queue to read. */
  interface QueueSource {
    /** Throws a {@link WaitingException} if the queue may not be read now. */
    default void admit(Connection connection) throws IOException {}

    /** The queue's name; it exists when this returns. */
    String prepare(Channel channel) throws IOException;
  }

  private final ConsumingConnections connections;
  private final QueueSource source;
  private final String description;
  private final int prefetch;
  private final Background timer;
  private final Background supervisor;
  private final Standstill standstill;
  private final Consumer<Delivery> dispatch;
  private final CrashGuard guard;

  /** Guards the fields below; held for assignments only. */
  private final Object lock = new Object();

  /** Where it has a place; null before it is started and after it is stopped. */
  private @Nullable SupervisedConnection connection;

  private @Nullable ChannelSession session;

  /** How often it lost its channel, other than by its own will. */
  private int losses;

  private boolean opening;

  /** Whether it will be tried again in a while; one trial is enough, whoever asks for it. */
  private boolean waiting;

  /** Whether no other channel follows. */
  private boolean ending;

  private boolean stopped;

  /** Whether to read one at a time. */
  private boolean careful;

  /** Why nothing is read, or null while it is. */
  private @Nullable String problem;

  private long generation;
  private long backoffMillis = FIRST_BACKOFF_MILLIS;

  SourceConsumer(
      ConsumingConnections connections,
      QueueSource source,
      String description,
      int prefetch,
      CrashGuard guard,
      Background timer,
      Background supervisor,
      Standstill standstill,
      Consumer<Delivery> dispatch) {
    this.connections = connections;
    this.source = source;
    this.description = description;
    this.prefetch = prefetch;
    this.guard = guard;
    this.timer = timer;
    this.supervisor = supervisor;
    this.standstill = standstill;
    this.dispatch = dispatch;
  }

  /**
   * Reads the queue for the first time; a failure is the caller's to handle, who may call again. A
   * queue that may not be read yet is no failure: it is read as soon as it may.
   *
   * @throws TopologyException if the broker does not let us
   * @throws IOException if the connection is lost
   */
  void start() throws IOException {
    SupervisedConnection mine = place();
    Connection open = mine.current();
    if (open == null) {
      throw new IOException("the consuming connection is lost");
    }
    try {
      open(open);
    } catch (WaitingException e) {
      await(e);
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && !signal.isHardError()
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        throw new TopologyException(
            description + " cannot start: the broker says " + close.getReplyText(), e);
      }
      throw e;
    } catch (ShutdownSignalException e) { // the connection had gone before
      throw new IOException(e);
    }
    mine.use(this);
    if (!isAlive()) {
      reopenLater(); // it was lost, and perhaps restored, before we were told of such things
    }
  }

  private SupervisedConnection place() {
    SupervisedConnection mine;
    synchronized (lock) {
      mine = connection;
    }
    if (mine == null) {
      mine = connections.join();
      synchronized (lock) {
        connection = mine;
      }
    }
    return mine;
  }

  /** Reads the queue on a new connection; if that fails, tries again until it works. */
  @Override
  public void connected(Connection newConnection) {
    try {
      open(newConnection);
    } catch (WaitingException e) {
      await(e);
    } catch (IOException | RuntimeException e) {
      log.warn("{}: not reading, trying again: {}", description, reason(e));
      log.debug("{}: not reading", description, e);
      problem(reason(e));
      reopenLater();
    }
  }

  private void await(WaitingException reason) {
    String text = String.valueOf(reason.getMessage());
    boolean known;
    synchronized (lock) {
      known = text.equals(problem);
      problem = text;
    }
    if (!known) {
      log.info("{}: {}", description, text);
    }
    reopenAfter(ReadingGate.PAUSE);
  }

  private void open(Connection on) throws IOException {
    synchronized (lock) {
      if (ending || stopped || opening || isAlive()) {
        return;
      }
      opening = true;
    }
    ChannelSession opened = null;
    try {
      opened = consume(on);
    } finally {
      boolean late;
      synchronized (lock) {
        opening = false;
        late = stopped;
        session = late ? null : opened;
        problem = opened != null ? null : problem;
        backoffMillis = opened != null ? FIRST_BACKOFF_MILLIS : backoffMillis;
      }
      if (opened != null && late) {
        Channels.abort(opened.channel);
      }
    }
    ChannelSession current = opened;
    opened.channel.addShutdownListener(signal -> supervisor.run(() -> closed(current, signal)));
  }

  private ChannelSession consume(Connection on) throws IOException {
    source.admit(on);
    Channel channel = on.createChannel();
    if (channel == null) {
      throw new IOException("the connection has no free channel");
    }
    try {
      String queue = source.prepare(channel);
      int ahead;
      long number;
      synchronized (lock) {
        number = ++generation;
        ahead = careful ? 1 : prefetch;
      }
      channel.basicQos(ahead);
      ChannelSession opened =
          new ChannelSession(channel, queue, number, ahead, timer, standstill, on.getHeartbeat());
      opened.consumerTag = channel.basicConsume(queue, false, new Receiver(opened));
      log.debug("{}: reading '{}' with prefetch {}", description, queue, ahead);
      return opened;
    } catch (IOException | RuntimeException e) {
      Channels.abort(channel);
      throw e;
    }
  }

  boolean isAlive() {
    synchronized (lock) {
      return session != null && session.isOpen();
    }
  }

  private void problem(String reason) {
    synchronized (lock) {
      problem = reason;
    }
  }

  /** Why nothing is read, in the broker's words where it said so, or null while it is. */
  @Nullable String problem() {
    synchronized (lock) {
      return isAlive() ? null : problem;
    }
  }

  /**
   * The process stood still for so long. If the broker may have taken it for dead, what is here is
   * not ours any more: another channel follows. Does not block.
   */
  void stoodStill(long nanos) {
    ChannelSession current;
    synchronized (lock) {
      current = session;
    }
    if (current != null && !current.isGivenUp() && nanos > current.longestStandstill) {
      log.warn(
          "{}: this process stood still for {} ms; what it had read is somebody else's by now",
          description,
          TimeUnit.NANOSECONDS.toMillis(nanos));
      replace(current);
    }
  }

  /**
   * Closes the channel if nothing has come on it for so long, nothing is under way, and the queue
   * has messages ready: another one follows. Waits for the broker.
   *
   * @return whether it did
   */
  boolean recycleIfStalled(Duration after) {
    ChannelSession idle;
    synchronized (lock) {
      idle = session;
    }
    if (idle == null || !idle.isOpen() || !idle.isIdle(after)) {
      return false;
    }
    long ready;
    try (Channel channel = idle.channel.getConnection().createChannel()) {
      ready = channel.queueDeclarePassive(idle.queue).getMessageCount();
    } catch (IOException | TimeoutException | RuntimeException e) {
      log.debug("{}: whether '{}' has messages is not known", description, idle.queue, e);
      return false;
    }
    if (ready == 0 || !idle.isIdle(after)) {
      return false;
    }
    log.warn(
        "{}: {} messages are ready in '{}', but none has come for {} s; reading on another channel",
        description,
        ready,
        idle.queue,
        after.toSeconds());
    Channels.abort(idle.channel); // its listener opens another one
    return true;
  }

  /**
   * Begins to stop. What is read one at a time must not be given back, since quorum queues put it
   * behind what came back before: the one that is here is handled to its end, and is the last.
   * Waits for the broker.
   */
  void beginStop() {
    ChannelSession current;
    synchronized (lock) {
      ending = true;
      current = session;
    }
    if (current == null || current.prefetch >= prefetch) {
      return;
    }
    String tag = current.consumerTag;
    if (tag == null) {
      return; // nothing has come yet
    }
    current.insteadOfAcks(last -> supervisor.run(() -> endCare(current, tag, last)));
    if (current.isIdle(Duration.ZERO)) {
      cancel(current, tag);
      if (current.isIdle(Duration.ZERO)) {
        current.ended.complete(null);
      }
    }
  }

  /**
   * Waits so long until what is read one at a time has its end, sends outstanding acknowledgements
   * and closes the channel, which gives back what is left.
   */
  void stop(Duration patience) {
    SupervisedConnection mine;
    ChannelSession last;
    synchronized (lock) {
      stopped = true;
      mine = connection;
      connection = null;
      last = session;
      session = null;
    }
    if (last != null) {
      if (last.prefetch < prefetch && last.isOpen()) {
        last.awaitEnd(patience);
      }
      last.acks.flush();
      Channels.abort(last.channel);
    }
    if (mine != null) {
      mine.leave(this);
      connections.leave(mine);
    }
  }

  /** Reads one at a time from now on, or as many as usual, on another channel. */
  private void beCareful(ChannelSession current, boolean now) {
    synchronized (lock) {
      if (careful == now) {
        return;
      }
      careful = now;
    }
    replace(current);
  }

  /**
   * On the client's I/O thread, which must not wait for the broker: closes a channel elsewhere, and
   * its listener opens another one.
   */
  private void replace(ChannelSession current) {
    current.giveUp();
    supervisor.run(() -> Channels.abort(current.channel));
  }

  /**
   * Reads as many as usual once this message, the only one here, is done with. Nothing may be given
   * back meanwhile: quorum queues put it behind what came back before.
   */
  private void endCare(ChannelSession current, String consumerTag, long tag) {
    cancel(current, consumerTag); // before another message comes
    current.acks.finished(tag);
    current.acks.flush();
    current.ended.complete(null);
    beCareful(current, false);
  }

  private void cancel(ChannelSession current, String consumerTag) {
    try {
      current.channel.basicCancel(consumerTag);
    } catch (IOException | AlreadyClosedException e) {
      log.debug("{}: cancelled before, or the channel is gone", description, e);
    }
  }

  private int losses() {
    synchronized (lock) {
      return losses;
    }
  }

  private void closed(ChannelSession gone, ShutdownSignalException signal) {
    gone.ended.complete(null);
    synchronized (lock) {
      if (stopped || session != gone) {
        return;
      }
      session = null;
      if (!signal.isInitiatedByApplication()) {
        losses++;
      }
      problem = String.valueOf(signal.getMessage());
    }
    if (!signal.isHardError()) {
      log.warn("{}: channel closed ({}), opening another", description, signal.getMessage());
    }
    // With the connection gone as well this finds none, and the next one tells us of itself.
    reopenLater();
  }

  private void reopenLater() {
    long wait;
    synchronized (lock) {
      wait = backoffMillis;
      backoffMillis = waiting ? wait : Math.min(MAX_BACKOFF_MILLIS, wait * 2);
    }
    reopenAfter(Duration.ofMillis(wait));
  }

  private void reopenAfter(Duration wait) {
    synchronized (lock) {
      if (waiting) {
        return;
      }
      waiting = true;
    }
    supervisor.later(this::reopen, wait);
  }

  private void reopen() {
    SupervisedConnection mine;
    synchronized (lock) {
      waiting = false;
      mine = connection;
    }
    Connection open = mine == null ? null : mine.current();
    if (open == null) {
      return; // the next connection will tell us of itself
    }
    connected(open);
  }

  /** What the broker said, without the client's wrapping. */
  private static String reason(Exception failure) {
    String permission = Explanation.ofMissingPermission(failure);
    if (permission != null) {
      return permission;
    }
    return failure.getCause() instanceof ShutdownSignalException signal
        ? String.valueOf(signal.getMessage())
        : String.valueOf(failure.getMessage());
  }

  private final class Receiver extends DefaultConsumer {
    private final ChannelSession own;

    Receiver(ChannelSession own) {
      super(own.channel);
      this.own = own;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      if (!own.isOpen()) {
        if (!own.isGivenUp()) {
          replace(own); // what stood still before we knew of the channel ourselves
        }
        return; // the broker delivers it again
      }
      try {
        take(consumerTag, envelope, properties, body);
      } catch (RuntimeException | Error e) { // only a defect, or want of memory
        log.error("{}: a delivery could not be taken, its channel is given up", description, e);
        replace(own); // else it would stay here, and later ones of its session go before it
      }
    }

    private void take(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      boolean suspect = guard.suspects(envelope, properties, losses());
      if (suspect && own.prefetch > 1) {
        log.warn(
            "{}: a message ({}) comes back without an end again and again; from here on one at a"
                + " time until it has one",
            description,
            properties.getMessageId());
        beCareful(own, true);
        return;
      }
      if (!suspect && own.prefetch < prefetch) {
        own.insteadOfAcks(tag -> supervisor.run(() -> endCare(own, consumerTag, tag)));
      }
      own.delivered();
      dispatch.accept(new Delivery(own, envelope, properties, body));
    }

    @Override
    public void handleCancel(String consumerTag) {
      log.warn("{}: the broker cancelled the consumer: is the queue deleted?", description);
      // Only a closed channel makes the broker forget the consumer for good; its listener opens
      // another one, also where this comes before we know of the channel ourselves.
      replace(own);
    }
  }
}
