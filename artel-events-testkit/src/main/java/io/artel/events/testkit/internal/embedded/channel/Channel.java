package io.artel.events.testkit.internal.embedded.channel;

import io.artel.events.testkit.internal.embedded.fault.FaultPlan;
import io.artel.events.testkit.internal.embedded.vhost.User.Access;
import io.artel.events.testkit.internal.embedded.vhost.VirtualHost;
import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.Method;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import io.artel.events.testkit.internal.embedded.wire.WireReader;
import io.artel.events.testkit.internal.embedded.wire.WireWriter;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One channel of a connection: what the client asks for on it goes to those who do it, publishing,
 * consuming, and the commands about exchanges and queues.
 */
public final class Channel {
  private static final int LARGEST_MESSAGE = 128 * 1024 * 1024;
  private static final int LARGEST_MESSAGE_4 = 16 * 1024 * 1024;

  private final int number;
  private final Client client;
  private final VirtualHost vhost;
  private final Dialect dialect;
  private final FaultPlan faults;
  private final Supplier<String> uniqueNames;
  private final Publishing publishing;
  private final Consuming consuming;
  private final QueueCommands queueCommands;
  private final ExchangeCommands exchangeCommands;
  private String lastDeclaredQueue = "";

  /**
   * Opens a channel.
   *
   * @param uniqueNames gives text that no one has been given before, for names
   */
  public Channel(
      int number,
      Client client,
      VirtualHost vhost,
      Dialect dialect,
      FaultPlan faults,
      Supplier<String> uniqueNames) {
    this.number = number;
    this.client = client;
    this.vhost = vhost;
    this.dialect = dialect;
    this.faults = faults;
    this.uniqueNames = uniqueNames;
    publishing = new Publishing(this, client);
    consuming = new Consuming(this, client);
    queueCommands = new QueueCommands(this, client);
    exchangeCommands = new ExchangeCommands(this);
  }

  /**
   * Does what a method without content asks for.
   *
   * @throws io.artel.events.testkit.internal.embedded.wire.AmqpException if it must not be done
   */
  public void receive(Method method, WireReader in) {
    switch (method) {
      case CHANNEL_FLOW -> flow(in.bit());
      case CHANNEL_FLOW_OK, BASIC_RECOVER_OK -> {}
      case ACCESS_REQUEST -> send(Method.ACCESS_REQUEST_OK, out -> out.shortInt(1));
      case EXCHANGE_DECLARE -> exchangeCommands.declare(in);
      case EXCHANGE_DELETE -> exchangeCommands.delete(in);
      case EXCHANGE_BIND -> exchangeCommands.bind(in);
      case EXCHANGE_UNBIND -> exchangeCommands.unbind(in);
      case QUEUE_DECLARE -> queueCommands.declare(in);
      case QUEUE_BIND -> queueCommands.bind(in);
      case QUEUE_UNBIND -> queueCommands.unbind(in);
      case QUEUE_PURGE -> queueCommands.purge(in);
      case QUEUE_DELETE -> queueCommands.delete(in);
      case BASIC_QOS -> consuming.qos(in);
      case BASIC_CONSUME -> consuming.consume(in);
      case BASIC_CANCEL -> consuming.cancel(in);
      case BASIC_CANCEL_OK -> {}
      case BASIC_GET -> consuming.get(in);
      case BASIC_ACK -> consuming.ack(in);
      case BASIC_NACK -> consuming.nack(in);
      case BASIC_REJECT -> consuming.reject(in);
      case BASIC_RECOVER -> consuming.recover(in.bit(), true);
      case BASIC_RECOVER_ASYNC -> consuming.recover(in.bit(), false);
      case CONFIRM_SELECT -> publishing.selectConfirms(in.bit());
      case TX_SELECT -> publishing.selectTransactions();
      case TX_COMMIT -> commit();
      case TX_ROLLBACK -> rollback();
      default -> throw ReplyCode.COMMAND_INVALID.error("unimplemented method");
    }
  }

  /** Does what a basic.publish asks for, after its content has arrived. */
  public void publish(WireReader in, Content content) {
    publishing.publish(in, content);
  }

  private void flow(boolean active) {
    if (!active) {
      throw ReplyCode.NOT_IMPLEMENTED.error("active=false");
    }
    send(Method.CHANNEL_FLOW_OK, out -> out.bit(true));
  }

  private void commit() {
    publishing.requireTransactions();
    publishing.commit();
    consuming.commit();
    send(Method.TX_COMMIT_OK);
  }

  private void rollback() {
    publishing.requireTransactions();
    publishing.rollback();
    consuming.rollback();
    send(Method.TX_ROLLBACK_OK);
  }

  /** Sends the confirms that have gathered. */
  public void flush() {
    publishing.flush();
  }

  /** Goes on with deliveries that were held back because the client did not take them. */
  public void roomAgain() {
    consuming.roomAgain();
  }

  /** Ends the channel: its consumers go, and what they had not settled goes back. */
  public void close() {
    consuming.close();
  }

  /** {@return the channel's number on its connection} */
  public int number() {
    return number;
  }

  /** {@return what its consumers say their channel is} */
  public Object consumerIdentity() {
    return consuming;
  }

  VirtualHost vhost() {
    return vhost;
  }

  Dialect dialect() {
    return dialect;
  }

  FaultPlan faults() {
    return faults;
  }

  Consuming consuming() {
    return consuming;
  }

  boolean transactional() {
    return publishing.transactional();
  }

  void send(Method method) {
    client.send(number, method, none -> {});
  }

  void send(Method method, Consumer<WireWriter> arguments) {
    client.send(number, method, arguments);
  }

  String newName(String prefix) {
    return prefix + uniqueNames.get();
  }

  /** Makes sure that the user has a right; what nobody may do is refused by others. */
  void require(Access access, String kind, String resource) {
    client.user().require(access, kind, resource, vhost.name(), dialect);
  }

  void requireSize(int size) {
    int largest = dialect.since(Dialect.V4_0) ? LARGEST_MESSAGE_4 : LARGEST_MESSAGE;
    if (size > largest) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "message size " + size + " is larger than configured max size " + largest);
    }
  }

  void declared(String queue) {
    lastDeclaredQueue = queue;
  }

  String lastDeclaredQueue() {
    return lastDeclaredQueue;
  }

  /** {@return the queue that a client means, the last one it declared if it names none} */
  String queueNamed(String given) {
    if (!given.isEmpty()) {
      return withoutLineBreaks(given);
    }
    if (lastDeclaredQueue.isEmpty()) {
      throw ReplyCode.NOT_FOUND.error("no previously declared queue");
    }
    return lastDeclaredQueue;
  }

  static String withoutLineBreaks(String name) {
    return name.replace("\r", "").replace("\n", "");
  }
}
