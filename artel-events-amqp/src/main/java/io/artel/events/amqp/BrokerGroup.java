package io.artel.events.amqp;

import io.artel.events.amqp.internal.connection.AmqpUri;
import io.artel.events.amqp.internal.publish.Spread;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Several brokers that know nothing of each other, its members, used as one: not the nodes of a
 * cluster, which are one broker with several {@linkplain ArtelSettings.Builder#address addresses}.
 *
 * <pre>{@code
 * ArtelSettings.builder()
 *     .brokers(BrokerGroup.of("amqp://east.example.com", "amqp://west.example.com"))
 * }</pre>
 *
 * <p><b>Publishing.</b> Each event goes to one member. Events of a session go to the same one while
 * it is there: every process with the same members makes the same choice. Events without a session
 * go to one after the other. A member is passed over while it is away or blocked for longer than
 * {@link #failOverAfter}, or when it left an event without an answer for {@link
 * ArtelSettings#confirmTimeout()}; what waits for it is sent to another one, with the same id and
 * within the {@link ArtelSettings#publishTimeout()} of its publish call. When it is back it gets
 * new events again. What a member refuses or returns is not tried at another one.
 *
 * <p><b>Outcomes</b> are as true as with one broker: an event that was sent to a member and not
 * confirmed may lie there, so that a refusal elsewhere then is {@code UNKNOWN}, and a confirmation
 * elsewhere may mean that it is there twice. Handlers should know ids that they have seen.
 *
 * <p><b>Order</b> of a session is kept by a member as by a single broker. It is <em>not</em>
 * promised when a session goes to another member or comes back: what the first one stored may be
 * read after what the other one was given later.
 *
 * <p><b>Topology and subscriptions.</b> The topology is declared on every member, and subscriptions
 * read from every member, with prefetch and workers of its own for each. Retry copies and dead
 * letters stay on the member that the event came from; what handlers publish goes where any event
 * goes.
 *
 * <p><b>Members that are away</b> when {@link ArtelEvents#connect} is called are joined when they
 * are back: declared, published to, read from. One member must be there.
 *
 * <p>Immutable. Its text form has no credentials.
 */
public final class BrokerGroup {

  /** How long a member may be away before it is passed over, unless given: 2 s. */
  public static final Duration DEFAULT_FAIL_OVER_AFTER = Duration.ofSeconds(2);

  private final List<AmqpUri> uris;
  private final boolean roundRobin;
  private final Duration failOverAfter;

  private BrokerGroup(List<AmqpUri> uris, boolean roundRobin, Duration failOverAfter) {
    this.uris = uris;
    this.roundRobin = roundRobin;
    this.failOverAfter = failOverAfter;
  }

  /**
   * A group of these.
   *
   * @param uris as for {@link ArtelSettings.Builder#uri}, one for each member
   * @throws IllegalArgumentException if one is no such URI, if there are fewer than two, or if two
   *     have the same host, port and virtual host; the text repeats no credentials
   */
  public static BrokerGroup of(String... uris) {
    List<AmqpUri> parsed = Arrays.stream(uris).map(AmqpUri::parse).toList();
    if (parsed.size() < 2) {
      throw new IllegalArgumentException(
          "a group needs two members or more, but has "
              + parsed.size()
              + "; for a single broker use uri(…)");
    }
    List<String> names = parsed.stream().map(AmqpUri::member).toList();
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new IllegalArgumentException("the group has member " + name + " more than once");
      }
    }
    return new BrokerGroup(parsed, false, DEFAULT_FAIL_OVER_AFTER);
  }

  /** Events with a session go to one member after the other as well. They then have no order. */
  public BrokerGroup roundRobin() {
    return new BrokerGroup(uris, true, failOverAfter);
  }

  /**
   * How long a member may be away, or blocked, before events go elsewhere; {@link
   * #DEFAULT_FAIL_OVER_AFTER} unless given, 0 for at once. A connection that was cut and comes back
   * within this time costs no session its order. Events without a session do not wait for it.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public BrokerGroup failOverAfter(Duration failOverAfter) {
    Objects.requireNonNull(failOverAfter, "failOverAfter");
    if (failOverAfter.isNegative()) {
      throw new IllegalArgumentException(
          "failOverAfter is " + failOverAfter + ", but must be 0 or more");
    }
    return new BrokerGroup(uris, roundRobin, failOverAfter);
  }

  /**
   * The members' names: host and port, and the virtual host where it is not {@code /}. Receipts,
   * exceptions, connections, dead letters and logs name members so.
   */
  public List<String> members() {
    return uris.stream().map(AmqpUri::member).toList();
  }

  /** How long a member may be away before it is passed over. */
  public Duration failOverAfter() {
    return failOverAfter;
  }

  /** Whether events with a session go to one member after the other as well. */
  public boolean isRoundRobin() {
    return roundRobin;
  }

  List<AmqpUri> uris() {
    return uris;
  }

  Spread spread() {
    return new Spread(roundRobin, failOverAfter);
  }

  @Override
  public String toString() {
    return "brokers " + String.join(", ", members()) + (roundRobin ? " in turn" : "");
  }
}
