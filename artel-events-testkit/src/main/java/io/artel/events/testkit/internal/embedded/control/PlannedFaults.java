package io.artel.events.testkit.internal.embedded.control;

import io.artel.events.testkit.BrokerFaults;
import io.artel.events.testkit.BrokerMessage;
import io.artel.events.testkit.internal.embedded.connection.BrokerState;
import io.artel.events.testkit.internal.embedded.connection.ClientConnection;
import io.artel.events.testkit.internal.embedded.connection.EventLoop;
import io.artel.events.testkit.internal.embedded.fault.FaultPlan;
import io.artel.events.testkit.internal.embedded.fault.FrameEvent;
import io.artel.events.testkit.internal.embedded.fault.FrameFault;
import io.artel.events.testkit.internal.embedded.fault.PublishFault;
import io.artel.events.testkit.internal.embedded.fault.Rule;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.queue.Consumer;
import io.artel.events.testkit.internal.embedded.queue.MessageQueue;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Plans faults on the broker's thread for tests on theirs. */
final class PlannedFaults implements BrokerFaults {
  private final EventLoop loop;
  private final BrokerState state;
  private final FaultPlan plan;

  PlannedFaults(EventLoop loop, BrokerState state) {
    this.loop = loop;
    this.state = state;
    this.plan = state.faults();
  }

  @Override
  public PublishPlan onPublish() {
    return new Publishes();
  }

  @Override
  public FramePlan onReceiving(String method) {
    return new Frames(true, methodNamed(method));
  }

  @Override
  public FramePlan onSending(String method) {
    return new Frames(false, methodNamed(method));
  }

  private static Method methodNamed(String name) {
    return Arrays.stream(Method.values())
        .filter(method -> method.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no method '" + name + "' in AMQP 0-9-1; try basic.publish."));
  }

  @Override
  public void refuseConnections() {
    loop.run(() -> plan.arrivals(FaultPlan.Arrivals.CLOSED));
  }

  @Override
  public void ignoreConnections() {
    loop.run(() -> plan.arrivals(FaultPlan.Arrivals.IGNORED));
  }

  @Override
  public void acceptConnections() {
    loop.run(() -> plan.arrivals(FaultPlan.Arrivals.SERVED));
  }

  @Override
  public void refuseLogins() {
    loop.run(() -> plan.loginsRefused(true));
  }

  @Override
  public void allowLogins() {
    loop.run(() -> plan.loginsRefused(false));
  }

  @Override
  public void blockPublishers(String reason) {
    loop.run(() -> state.alarm(reason));
  }

  @Override
  public void unblockPublishers() {
    loop.run(() -> state.alarm(null));
  }

  @Override
  public void cutConnections() {
    onAll(ClientConnection::cut);
  }

  @Override
  public void resetConnections() {
    onAll(ClientConnection::reset);
  }

  @Override
  public void stallConnections() {
    onAll(ClientConnection::stall);
  }

  @Override
  public void closeConnections() {
    onAll(connection -> connection.force("Closed via management plugin"));
  }

  private void onAll(java.util.function.Consumer<ClientConnection> action) {
    loop.run(() -> List.copyOf(state.connections()).forEach(action));
  }

  @Override
  public int cancelConsumers(String queue) {
    return loop.call(
        () -> {
          MessageQueue found = queueNamed(queue);
          Collection<Consumer> consumers = List.copyOf(found.consumers());
          for (Consumer consumer : consumers) {
            found.unsubscribe(consumer);
            consumer.cancelled();
          }
          return consumers.size();
        });
  }

  @Override
  public int closeConsumerChannels(String queue, int code, String text) {
    ReplyCode reply =
        Arrays.stream(ReplyCode.values())
            .filter(each -> each.code() == code && !each.endsConnection())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The broker ends no channel with the code " + code + "; try 406."));
    return loop.call(
        () -> {
          List<Object> channels =
              queueNamed(queue).consumers().stream().map(Consumer::channel).distinct().toList();
          return state.connections().stream().toList().stream()
              .mapToInt(connection -> connection.closeChannels(channels, reply.error(text)))
              .sum();
        });
  }

  private MessageQueue queueNamed(String name) {
    VirtualHost vhost = state.vhost("/");
    MessageQueue queue = vhost == null ? null : vhost.queues().get(name);
    if (queue == null) {
      throw new IllegalArgumentException("There is no queue '" + name + "'.");
    }
    return queue;
  }

  @Override
  public void clear() {
    loop.run(
        () -> {
          plan.clear();
          state.alarm(null);
          List.copyOf(state.connections()).forEach(ClientConnection::endStall);
        });
  }

  /** When a fault strikes; what both kinds of plans share. */
  private static class When {
    long skip;
    long times = 1;
    double chance = 1;

    void skipping(int count) {
      skip = atLeast(0, count, "skip");
    }

    void striking(int count) {
      times = atLeast(1, count, "times");
    }

    void probable(double probability) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "withChance is " + probability + ", but must be from 0 to 1.");
      }
      chance = probability;
    }

    private static int atLeast(int least, int count, String what) {
      if (count < least) {
        throw new IllegalArgumentException(
            what + " is " + count + ", but must be " + least + " or more.");
      }
      return count;
    }
  }

  private final class Publishes implements PublishPlan {
    private final When when = new When();
    private Predicate<BrokerMessage> messages = message -> true;

    @Override
    public PublishPlan skip(int count) {
      when.skipping(count);
      return this;
    }

    @Override
    public PublishPlan times(int count) {
      when.striking(count);
      return this;
    }

    @Override
    public PublishPlan withChance(double chance) {
      when.probable(chance);
      return this;
    }

    @Override
    public PublishPlan matching(Predicate<BrokerMessage> wanted) {
      messages = Objects.requireNonNull(wanted, "wanted");
      return this;
    }

    @Override
    public void nack() {
      plan(new PublishFault(PublishFault.Kind.NACK, 0));
    }

    @Override
    public void returnUnroutable() {
      plan(new PublishFault(PublishFault.Kind.RETURN, 0));
    }

    @Override
    public void loseConfirm() {
      plan(new PublishFault(PublishFault.Kind.LOSE_CONFIRM, 0));
    }

    @Override
    public void swallow() {
      plan(new PublishFault(PublishFault.Kind.SWALLOW, 0));
    }

    @Override
    public void delayConfirm(Duration delay) {
      plan(new PublishFault(PublishFault.Kind.DELAY_CONFIRM, delay.toMillis()));
    }

    private void plan(PublishFault fault) {
      Predicate<Message> subjects = message -> messages.test(JavaValues.message(message, false));
      Rule<Message, PublishFault> rule =
          new Rule<>(subjects, when.skip, when.times, when.chance, fault);
      loop.run(() -> plan.addPublishRule(rule));
    }
  }

  private final class Frames implements FramePlan {
    private final boolean received;
    private final Method method;
    private final When when = new When();
    private Predicate<String> connections = name -> true;

    Frames(boolean received, Method method) {
      this.received = received;
      this.method = method;
    }

    @Override
    public FramePlan skip(int count) {
      when.skipping(count);
      return this;
    }

    @Override
    public FramePlan times(int count) {
      when.striking(count);
      return this;
    }

    @Override
    public FramePlan withChance(double chance) {
      when.probable(chance);
      return this;
    }

    @Override
    public FramePlan onConnection(Predicate<String> name) {
      connections = name;
      return this;
    }

    @Override
    public void cut() {
      plan(FrameFault.Kind.CUT, 0);
    }

    @Override
    public void cutAfter(int bytes) {
      requireSent("cutAfter");
      plan(FrameFault.Kind.CUT, bytes);
    }

    @Override
    public void reset() {
      plan(FrameFault.Kind.RESET, 0);
    }

    @Override
    public void stall() {
      plan(FrameFault.Kind.STALL, 0);
    }

    @Override
    public void drop() {
      plan(FrameFault.Kind.DROP, 0);
    }

    @Override
    public void delay(Duration delay) {
      requireSent("delay");
      plan(FrameFault.Kind.DELAY, delay.toMillis());
    }

    private void requireSent(String what) {
      if (received) {
        throw new IllegalStateException(
            what + " needs a method that the broker sends, but " + method + " arrives here.");
      }
    }

    private void plan(FrameFault.Kind kind, long amount) {
      Predicate<FrameEvent> subjects =
          event ->
              event.received() == received
                  && event.method() == method
                  && connections.test(event.connection());
      Rule<FrameEvent, FrameFault> rule =
          new Rule<>(subjects, when.skip, when.times, when.chance, new FrameFault(kind, amount));
      loop.run(() -> plan.addFrameRule(rule));
    }
  }
}
