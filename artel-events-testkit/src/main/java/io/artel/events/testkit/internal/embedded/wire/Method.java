package io.artel.events.testkit.internal.embedded.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of AMQP 0-9-1 with RabbitMQ's extensions, and what arguments each has. */
public enum Method {
  CONNECTION_START(10, 10, "major:octet minor:octet properties:table mechanisms:long locales:long"),
  CONNECTION_START_OK(10, 11, "properties:table mechanism:str response:secret locale:str"),
  CONNECTION_SECURE(10, 20, "challenge:secret"),
  CONNECTION_SECURE_OK(10, 21, "response:secret"),
  CONNECTION_TUNE(10, 30, "channel-max:i16 frame-max:i32 heartbeat:i16"),
  CONNECTION_TUNE_OK(10, 31, "channel-max:i16 frame-max:i32 heartbeat:i16"),
  CONNECTION_OPEN(10, 40, "virtual-host:str capabilities:str insist:bit"),
  CONNECTION_OPEN_OK(10, 41, "known-hosts:str"),
  CONNECTION_CLOSE(10, 50, "code:i16 text:str class:i16 method:i16"),
  CONNECTION_CLOSE_OK(10, 51, ""),
  CONNECTION_BLOCKED(10, 60, "reason:str"),
  CONNECTION_UNBLOCKED(10, 61, ""),
  CONNECTION_UPDATE_SECRET(10, 70, "secret:secret reason:str"),
  CONNECTION_UPDATE_SECRET_OK(10, 71, ""),
  CHANNEL_OPEN(20, 10, "out-of-band:str"),
  CHANNEL_OPEN_OK(20, 11, "channel-id:long"),
  CHANNEL_FLOW(20, 20, "active:bit"),
  CHANNEL_FLOW_OK(20, 21, "active:bit"),
  CHANNEL_CLOSE(20, 40, "code:i16 text:str class:i16 method:i16"),
  CHANNEL_CLOSE_OK(20, 41, ""),
  ACCESS_REQUEST(30, 10, "realm:str exclusive:bit passive:bit active:bit write:bit read:bit"),
  ACCESS_REQUEST_OK(30, 11, "ticket:i16"),
  EXCHANGE_DECLARE(
      40,
      10,
      "ticket:i16 exchange:str type:str passive:bit durable:bit auto-delete:bit internal:bit"
          + " no-wait:bit arguments:table"),
  EXCHANGE_DECLARE_OK(40, 11, ""),
  EXCHANGE_DELETE(40, 20, "ticket:i16 exchange:str if-unused:bit no-wait:bit"),
  EXCHANGE_DELETE_OK(40, 21, ""),
  EXCHANGE_BIND(
      40, 30, "ticket:i16 destination:str source:str routing-key:str no-wait:bit arguments:table"),
  EXCHANGE_BIND_OK(40, 31, ""),
  EXCHANGE_UNBIND(
      40, 40, "ticket:i16 destination:str source:str routing-key:str no-wait:bit arguments:table"),
  EXCHANGE_UNBIND_OK(40, 51, ""),
  QUEUE_DECLARE(
      50,
      10,
      "ticket:i16 queue:str passive:bit durable:bit exclusive:bit auto-delete:bit no-wait:bit"
          + " arguments:table"),
  QUEUE_DECLARE_OK(50, 11, "queue:str message-count:i32 consumer-count:i32"),
  QUEUE_BIND(
      50, 20, "ticket:i16 queue:str exchange:str routing-key:str no-wait:bit arguments:table"),
  QUEUE_BIND_OK(50, 21, ""),
  QUEUE_PURGE(50, 30, "ticket:i16 queue:str no-wait:bit"),
  QUEUE_PURGE_OK(50, 31, "message-count:i32"),
  QUEUE_DELETE(50, 40, "ticket:i16 queue:str if-unused:bit if-empty:bit no-wait:bit"),
  QUEUE_DELETE_OK(50, 41, "message-count:i32"),
  QUEUE_UNBIND(50, 50, "ticket:i16 queue:str exchange:str routing-key:str arguments:table"),
  QUEUE_UNBIND_OK(50, 51, ""),
  BASIC_QOS(60, 10, "prefetch-size:i32 prefetch-count:i16 global:bit"),
  BASIC_QOS_OK(60, 11, ""),
  BASIC_CONSUME(
      60,
      20,
      "ticket:i16 queue:str consumer-tag:str no-local:bit no-ack:bit exclusive:bit no-wait:bit"
          + " arguments:table"),
  BASIC_CONSUME_OK(60, 21, "consumer-tag:str"),
  BASIC_CANCEL(60, 30, "consumer-tag:str no-wait:bit"),
  BASIC_CANCEL_OK(60, 31, "consumer-tag:str"),
  BASIC_PUBLISH(60, 40, "ticket:i16 exchange:str routing-key:str mandatory:bit immediate:bit"),
  BASIC_RETURN(60, 50, "code:i16 text:str exchange:str routing-key:str"),
  BASIC_DELIVER(
      60, 60, "consumer-tag:str delivery-tag:i64 redelivered:bit exchange:str routing-key:str"),
  BASIC_GET(60, 70, "ticket:i16 queue:str no-ack:bit"),
  BASIC_GET_OK(
      60, 71, "delivery-tag:i64 redelivered:bit exchange:str routing-key:str message-count:i32"),
  BASIC_GET_EMPTY(60, 72, "cluster-id:str"),
  BASIC_ACK(60, 80, "delivery-tag:i64 multiple:bit"),
  BASIC_REJECT(60, 90, "delivery-tag:i64 requeue:bit"),
  BASIC_RECOVER_ASYNC(60, 100, "requeue:bit"),
  BASIC_RECOVER(60, 110, "requeue:bit"),
  BASIC_RECOVER_OK(60, 111, ""),
  BASIC_NACK(60, 120, "delivery-tag:i64 multiple:bit requeue:bit"),
  CONFIRM_SELECT(85, 10, "no-wait:bit"),
  CONFIRM_SELECT_OK(85, 11, ""),
  TX_SELECT(90, 10, ""),
  TX_SELECT_OK(90, 11, ""),
  TX_COMMIT(90, 20, ""),
  TX_COMMIT_OK(90, 21, ""),
  TX_ROLLBACK(90, 30, ""),
  TX_ROLLBACK_OK(90, 31, "");

  /** One argument: its name, and how it is written. */
  private record Argument(String name, String type) {}

  private static final Map<Integer, Method> BY_ID = new HashMap<>();
  private static final Map<Method, List<Argument>> ARGUMENTS = new EnumMap<>(Method.class);

  static {
    for (Method method : values()) {
      BY_ID.put(key(method.classId, method.methodId), method);
      ARGUMENTS.put(method, parsed(method.signature));
    }
  }

  private final int classId;
  private final int methodId;
  private final String signature;
  private final String text;

  Method(int classId, int methodId, String signature) {
    this.classId = classId;
    this.methodId = methodId;
    this.signature = signature;
    String name = name().toLowerCase(Locale.ROOT);
    int dot = name.indexOf('_');
    this.text = name.substring(0, dot) + "." + name.substring(dot + 1).replace('_', '-');
  }

  private static int key(int classId, int methodId) {
    return (classId << 16) | methodId;
  }

  private static List<Argument> parsed(String signature) {
    List<Argument> arguments = new ArrayList<>();
    for (String argument : signature.split(" ", -1)) {
      int colon = argument.indexOf(':');
      if (colon > 0) {
        arguments.add(new Argument(argument.substring(0, colon), argument.substring(colon + 1)));
      }
    }
    return List.copyOf(arguments);
  }

  private List<Argument> arguments() {
    return ARGUMENTS.getOrDefault(this, List.of());
  }

  /** {@return the method with these ids, or null if there is none} */
  public static @Nullable Method of(int classId, int methodId) {
    return BY_ID.get(key(classId, methodId));
  }

  /** {@return the id of its class} */
  public int classId() {
    return classId;
  }

  /** {@return its id within the class} */
  public int methodId() {
    return methodId;
  }

  /** Whether a content header and a body follow. */
  public boolean hasContent() {
    return switch (this) {
      case BASIC_PUBLISH, BASIC_RETURN, BASIC_DELIVER, BASIC_GET_OK -> true;
      default -> false;
    };
  }

  /**
   * Makes sure that the bytes are this method's arguments, all of them and no more.
   *
   * @throws MalformedException if they are not
   */
  public void check(WireReader in) {
    for (Argument argument : arguments()) {
      switch (argument.type()) {
        case "bit" -> in.bit();
        case "octet" -> in.octet();
        case "i16" -> in.shortInt();
        case "i32" -> in.longInt();
        case "i64" -> in.longLong();
        case "str" -> in.shortString();
        case "table" -> in.table();
        default -> in.longString();
      }
    }
    if (in.remaining() > 0) {
      throw new MalformedException(MalformedException.Kind.WRONG_LENGTH);
    }
  }

  /** {@return the arguments as a person reads them, secrets left out} */
  public String describe(WireReader in) {
    StringBuilder description = new StringBuilder(text);
    for (Argument argument : arguments()) {
      String value =
          switch (argument.type()) {
            case "bit" -> in.bit() ? "true" : "";
            case "octet" -> Integer.toString(in.octet());
            case "i16" -> Integer.toString(in.shortInt());
            case "i32" -> Long.toString(in.longInt());
            case "i64" -> Long.toString(in.longLong());
            case "str" -> "'" + in.shortString() + "'";
            case "table" -> in.table().toString();
            case "secret" -> "(" + in.longString().size() + " bytes)";
            default -> "'" + in.longString() + "'";
          };
      if (!value.isEmpty() && !argument.name().equals("ticket")) {
        description.append(' ').append(argument.name()).append('=').append(value);
      }
    }
    return description.toString();
  }

  /** {@return the name in the protocol, for example {@code basic.publish}} */
  @Override
  public String toString() {
    return text;
  }
}
