package io.artel.events.testkit.internal.embedded.fault;

import io.artel.events.testkit.internal.embedded.clock.Timers;
import io.artel.events.testkit.internal.embedded.message.Message;
import io.artel.events.testkit.internal.embedded.wire.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** All that is to go wrong in a broker. Only the broker's own thread uses it. */
public final class FaultPlan {

  /** What happens to clients that connect. */
  public enum Arrivals {
    /** They are served. */
    SERVED,
    /** Their connections are closed at once. */
    CLOSED,
    /** Their connections are accepted, and nothing is ever read from them. */
    IGNORED
  }

  private final Timers timers;
  private final Random random;
  private final List<Rule<FrameEvent, FrameFault>> frames = new ArrayList<>();
  private final List<Rule<Message, PublishFault>> publishes = new ArrayList<>();
  private Arrivals arrivals = Arrivals.SERVED;
  private boolean loginsRefused;
  private @Nullable String alarm;

  /**
   * A plan in which nothing goes wrong yet.
   *
   * @param timers the broker's time, for what is delayed
   * @param seed decides about faults that strike by chance
   */
  public FaultPlan(Timers timers, long seed) {
    this.timers = timers;
    this.random = new Random(seed);
  }

  /** Adds a fault of methods. */
  public void addFrameRule(Rule<FrameEvent, FrameFault> rule) {
    frames.add(rule);
  }

  /** Adds a fault of published messages. */
  public void addPublishRule(Rule<Message, PublishFault> rule) {
    publishes.add(rule);
  }

  /** Takes back all that was planned. */
  public void clear() {
    frames.clear();
    publishes.clear();
    arrivals = Arrivals.SERVED;
    loginsRefused = false;
    alarm = null;
  }

  /** Whether faults of methods are planned at all. */
  public boolean hasFrameRules() {
    return !frames.isEmpty();
  }

  /** {@return what goes wrong with this method, or null} */
  public @Nullable FrameFault frame(boolean received, Method method, String connection) {
    return strike(frames, new FrameEvent(received, method, connection));
  }

  /** {@return what goes wrong with this message, or null} */
  public @Nullable PublishFault published(Message message) {
    return publishes.isEmpty() ? null : strike(publishes, message);
  }

  private <S, F> @Nullable F strike(List<Rule<S, F>> rules, S subject) {
    Rule<S, F> striking = null;
    for (Rule<S, F> rule : rules) {
      if (rule.strikes(subject, random::nextDouble)) {
        striking = rule;
        break;
      }
    }
    rules.removeIf(Rule::isSpent);
    return striking == null ? null : striking.fault();
  }

  /** Does something when the broker's time has moved on by so many milliseconds. */
  public void later(long millis, Runnable action) {
    timers.after(millis, action);
  }

  /** {@return what happens to clients that connect} */
  public Arrivals arrivals() {
    return arrivals;
  }

  /** Sets what happens to clients that connect. */
  public void arrivals(Arrivals what) {
    arrivals = what;
  }

  /** Whether nobody may log in. */
  public boolean loginsRefused() {
    return loginsRefused;
  }

  /** Sets whether nobody may log in. */
  public void loginsRefused(boolean refused) {
    loginsRefused = refused;
  }

  /** {@return why publishers are blocked, or null if they are not} */
  public @Nullable String alarm() {
    return alarm;
  }

  /** Sets why publishers are blocked; null lets them go on. */
  public void alarm(@Nullable String reason) {
    alarm = reason;
  }
}
