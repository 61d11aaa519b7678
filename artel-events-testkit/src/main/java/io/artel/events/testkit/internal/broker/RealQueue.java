package io.artel.events.testkit.internal.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.internal.look.QueueLook;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A look at a queue of a real broker, on a connection that is opened for it and closed with it: so
 * it leaves nothing behind. All looks of one wait share a connection, and go on after a restart of
 * the broker on the next.
 */
final class RealQueue extends QueueLook {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int TIMEOUT_MILLIS = 10_000;

  /** The connection of the wait that a thread is in, while it is in one. */
  private static final ThreadLocal<@Nullable Connection> OF_THIS_WAIT = new ThreadLocal<>();

  private final String amqpUri;
  private final Supplier<ManagementApi> management;

  RealQueue(String amqpUri, Supplier<ManagementApi> management, String name) {
    this(amqpUri, management, name, PATIENCE);
  }

  private RealQueue(
      String amqpUri, Supplier<ManagementApi> management, String name, Duration patience) {
    super(name, patience, PAUSE);
    this.amqpUri = amqpUri;
    this.management = management;
  }

  private interface Look<R> {
    R at(Channel channel) throws IOException;
  }

  @Override
  public BrokerQueue within(Duration patience) {
    return new RealQueue(amqpUri, management, name(), patience);
  }

  @Override
  public boolean exists() {
    return declared().isPresent();
  }

  @Override
  public int ready() {
    return declared().map(AMQP.Queue.DeclareOk::getMessageCount).orElse(0);
  }

  @Override
  public int unacked() {
    return management.get().unacked(factory().getVirtualHost(), name());
  }

  @Override
  public int consumers() {
    return declared().map(AMQP.Queue.DeclareOk::getConsumerCount).orElse(0);
  }

  /**
   * Gets them all before any goes back, and gives them back all at once: so none is got twice, and
   * each gets its place again.
   */
  @Override
  public List<BrokerMessage> messages() {
    return look(
        channel -> {
          try {
            List<BrokerMessage> messages = new ArrayList<>();
            GetResponse response = channel.basicGet(name(), false);
            while (response != null) {
              messages.add(RealMessage.of(response));
              response = channel.basicGet(name(), false);
            }
            if (!messages.isEmpty()) {
              channel.basicNack(0, true, true);
              // The answer to this comes after the broker has taken the messages back.
              channel.basicQos(1);
            }
            return messages;
          } catch (IOException e) {
            if (replyCode(e) == 0) { // it is not the queue
              throw e;
            }
            throw new IllegalStateException(
                "The messages of queue '" + name() + "' cannot be seen: " + reason(e), e);
          }
        });
  }

  @Override
  protected String described() {
    try {
      return super.described();
    } catch (UnsupportedOperationException e) { // without management nobody knows what is unacked
      return "has " + ready() + " ready, and its consumers number " + consumers();
    }
  }

  /** What a passive declare tells; empty if the queue does not exist. */
  private Optional<AMQP.Queue.DeclareOk> declared() {
    return look(
        channel -> {
          try {
            return Optional.of(channel.queueDeclarePassive(name()));
          } catch (IOException e) {
            if (replyCode(e) == AMQP.NOT_FOUND) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  @Override
  protected boolean comesTrue(BooleanSupplier condition, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    try {
      return super.comesTrue(() -> holds(condition, deadline), within);
    } finally {
      endOfWait();
    }
  }

  /** A broker that is away for a moment may be back before the wait is over. */
  private boolean holds(BooleanSupplier condition, long deadline) {
    try {
      if (OF_THIS_WAIT.get() == null) {
        OF_THIS_WAIT.set(open());
      }
      return condition.getAsBoolean();
    } catch (BrokerUnavailableException e) {
      endOfWait();
      if (System.nanoTime() > deadline) {
        throw e;
      }
      return false;
    }
  }

  private void endOfWait() {
    Connection connection = OF_THIS_WAIT.get();
    OF_THIS_WAIT.remove();
    if (connection != null) {
      connection.abort(TIMEOUT_MILLIS);
    }
  }

  private <R> R look(Look<R> look) {
    Connection open = OF_THIS_WAIT.get();
    Connection connection = open != null ? open : open();
    try {
      Channel channel = connection.createChannel();
      R seen = look.at(channel);
      channel.abort();
      return seen;
    } catch (IOException | AlreadyClosedException e) {
      throw unavailable(e);
    } finally {
      if (open == null) {
        connection.abort(TIMEOUT_MILLIS);
      }
    }
  }

  private Connection open() {
    try {
      return factory().newConnection("artel-events-testkit look");
    } catch (IOException | TimeoutException e) {
      throw unavailable(e);
    }
  }

  private BrokerUnavailableException unavailable(Exception cause) {
    return new BrokerUnavailableException(
        "Queue '" + name() + "' cannot be looked at: " + reason(cause) + "; the broker must run.",
        false,
        cause);
  }

  private ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(amqpUri);
    } catch (URISyntaxException | GeneralSecurityException e) {
      throw new IllegalStateException("The broker's own URI is not one for AMQP.");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(TIMEOUT_MILLIS);
    factory.setHandshakeTimeout(TIMEOUT_MILLIS);
    return factory;
  }

  private static int replyCode(Throwable failure) {
    return failure.getCause() instanceof ShutdownSignalException signal
            && signal.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : 0;
  }

  private static String reason(Throwable failure) {
    String reason = failure.toString();
    if (failure.getCause() instanceof ShutdownSignalException signal) {
      reason =
          signal.getReason() instanceof AMQP.Channel.Close close
              ? close.getReplyText()
              : String.valueOf(signal.getMessage());
    }
    return reason.replaceAll("\\s+", " "); // the broker breaks lines and indents
  }
}
