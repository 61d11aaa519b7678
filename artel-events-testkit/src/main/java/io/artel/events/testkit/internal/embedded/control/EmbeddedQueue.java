package io.artel.events.testkit.internal.embedded.control;

import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.internal.embedded.connection.EventLoop;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.look.QueueLook;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A look at a queue of the embedded broker, which tells by itself when something has changed. */
final class EmbeddedQueue extends QueueLook {
  private final EventLoop loop;
  private final Supplier<@Nullable VirtualHost> vhost;

  EmbeddedQueue(
      EventLoop loop, Supplier<@Nullable VirtualHost> vhost, String name, Duration patience) {
    super(name, patience, Duration.ZERO);
    this.loop = loop;
    this.vhost = vhost;
  }

  @Override
  public boolean exists() {
    return loop.call(() -> queue() != null);
  }

  @Override
  public int ready() {
    return count(MessageQueue::readyCount);
  }

  @Override
  public int unacked() {
    return count(MessageQueue::unackedCount);
  }

  @Override
  public int consumers() {
    return count(MessageQueue::consumerCount);
  }

  private int count(ToIntFunction<MessageQueue> what) {
    return loop.call(
        () -> {
          MessageQueue queue = queue();
          return queue == null ? 0 : what.applyAsInt(queue);
        });
  }

  @Override
  public List<BrokerMessage> messages() {
    return loop.call(
        () -> {
          MessageQueue queue = queue();
          if (queue == null) {
            throw new IllegalStateException("Queue '" + name() + "' " + notThere() + ".");
          }
          return queue.readyMessages().stream()
              .map(each -> JavaValues.message(each.message(), each.redelivered()))
              .toList();
        });
  }

  @Override
  protected String described() {
    return exists() ? super.described() : loop.call(this::notThere);
  }

  /** A partition, for example, has a name of its own. */
  private String notThere() {
    VirtualHost host = vhost.get();
    List<String> there =
        host == null ? List.of() : host.queues().all().stream().map(MessageQueue::name).toList();
    return "does not exist; there " + (there.isEmpty() ? "are no queues" : "is " + there);
  }

  private @Nullable MessageQueue queue() {
    VirtualHost host = vhost.get();
    return host == null ? null : host.queues().get(name());
  }

  @Override
  public BrokerQueue within(Duration patience) {
    return new EmbeddedQueue(loop, vhost, name(), patience);
  }

  @Override
  protected boolean comesTrue(BooleanSupplier condition, Duration within) {
    CompletableFuture<Void> comesTrue = loop.when(condition);
    try {
      comesTrue.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("The embedded broker is closed.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Waiting for queue '" + name() + "' was interrupted.", e);
    } finally {
      comesTrue.cancel(false);
    }
  }
}
