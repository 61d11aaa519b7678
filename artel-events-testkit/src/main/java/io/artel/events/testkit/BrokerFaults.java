package io.artel.events.testkit;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * What goes wrong in an {@link EmbeddedBroker}, planned or at once. Of what is planned, the first
 * rule that fits strikes; rules are used up, so that a test need not take them back. Chance comes
 * from the broker's seed. Safe for use by several threads.
 *
 * <pre>{@code
 * broker.faults().onPublish().skip(2).nack();              // the third message is nacked
 * broker.faults().onSending("basic.ack").cut();            // enqueued, then cut before the confirm
 * broker.faults().onReceiving("basic.publish").times(3).withChance(0.1).reset();
 * }</pre>
 */
public interface BrokerFaults {

  /** Plans what becomes of messages that clients publish. */
  PublishPlan onPublish();

  /**
   * Plans what becomes of a method that arrives from a client.
   *
   * @param method the method as the protocol names it, for example {@code basic.publish}
   * @throws IllegalArgumentException if there is no such method
   */
  FramePlan onReceiving(String method);

  /**
   * Plans what becomes of a method that the broker sends.
   *
   * @param method the method as the protocol names it, for example {@code basic.deliver}
   * @throws IllegalArgumentException if there is no such method
   */
  FramePlan onSending(String method);

  /** Closes the connections of clients that connect from now on, before a word is said. */
  void refuseConnections();

  /** Accepts the connections of clients that connect from now on, and never answers. */
  void ignoreConnections();

  /** Serves clients that connect from now on. */
  void acceptConnections();

  /** Refuses every login from now on. */
  void refuseLogins();

  /** Lets users log in again. */
  void allowLogins();

  /**
   * Blocks publishers as an alarm does: each connection at its next publish.
   *
   * @param reason what clients are told, for example {@code low on memory}
   */
  void blockPublishers(String reason);

  /** Ends the alarm. */
  void unblockPublishers();

  /** Ends the open connections in good order for TCP, but without a word of AMQP. */
  void cutConnections();

  /** Ends the open connections with a TCP reset. */
  void resetConnections();

  /** Leaves the open connections open, and neither reads from them nor sends to them any more. */
  void stallConnections();

  /** Ends the open connections as an operator does, with {@code CONNECTION_FORCED}. */
  void closeConnections();

  /**
   * Ends the consumers of a queue of the default virtual host, and tells their clients.
   *
   * @return how many there were
   */
  int cancelConsumers(String queue);

  /**
   * Ends all open channels that have consumers of a queue of the default virtual host.
   *
   * @param code a reply code for channels, for example 406
   * @param text what clients are told
   * @return how many there were
   */
  int closeConsumerChannels(String queue, int code, String text);

  /**
   * Takes back all that was planned, ends the alarm, and resets the connections that are stalled.
   */
  void clear();

  /** A fault of published messages that is being planned; the last call says what goes wrong. */
  interface PublishPlan {

    /** Lets so many messages pass first; none unless given. */
    PublishPlan skip(int count);

    /** Strikes so many messages; one unless given. */
    PublishPlan times(int count);

    /** Strikes each message with this probability only, from 0 to 1. */
    PublishPlan withChance(double chance);

    /** Looks only at messages that are so. */
    PublishPlan matching(Predicate<BrokerMessage> messages);

    /** Does not take the message, and tells the publisher so. */
    void nack();

    /** Does not take the message but returns it, and confirms it, as if it had no route. */
    void returnUnroutable();

    /** Takes the message, and never tells the publisher. */
    void loseConfirm();

    /** Does not take the message, and never tells the publisher. */
    void swallow();

    /** Takes the message, and tells the publisher when the broker's time has moved on so far. */
    void delayConfirm(Duration delay);
  }

  /** A fault of methods that is being planned; the last call says what goes wrong. */
  interface FramePlan {

    /** Lets so many pass first; none unless given. */
    FramePlan skip(int count);

    /** Strikes so many; one unless given. */
    FramePlan times(int count);

    /** Strikes each with this probability only, from 0 to 1. */
    FramePlan withChance(double chance);

    /** Looks only at connections to which their clients gave such names. */
    FramePlan onConnection(Predicate<String> name);

    /** Ends the connection without a word, before the method counts or leaves. */
    void cut();

    /**
     * Ends the connection in the middle of the method: so many of its bytes still leave.
     *
     * @throws IllegalStateException if the method is one that arrives
     */
    void cutAfter(int bytes);

    /** Ends the connection with a TCP reset, before the method counts or leaves. */
    void reset();

    /** Leaves the connection open, and neither reads nor sends from then on. */
    void stall();

    /** Loses the method, and nothing else. */
    void drop();

    /**
     * Sends the method when the broker's time has moved on so far; what comes after it may overtake
     * it.
     *
     * @throws IllegalStateException if the method is one that arrives
     */
    void delay(Duration delay);
  }
}
