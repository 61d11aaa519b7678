package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What of a message arrives, and which properties are refused. */
@OnEveryBroker
class PropertiesContractIT extends RoutingContract {

  PropertiesContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void everyPropertyArrives() throws Exception {
    BasicProperties all =
        new BasicProperties.Builder()
            .contentType("application/json")
            .contentEncoding("gzip")
            .deliveryMode(2)
            .priority(7)
            .correlationId("correlation")
            .replyTo("reply")
            .expiration("3600000")
            .messageId("message")
            .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_000L)))
            .type("type")
            .userId("guest")
            .appId("application")
            .clusterId("cluster")
            .build();
    assertThat(through(all)).isEqualTo(all);
  }

  @Test
  void aPropertyThatWasAbsentIsAbsent() throws Exception {
    assertThat(through(NO_PROPERTIES)).isEqualTo(NO_PROPERTIES);
  }

  @Test
  void anEmptyTextIsNotAbsent() throws Exception {
    BasicProperties empty =
        new BasicProperties.Builder().contentType("").messageId("").correlationId("").build();
    assertThat(through(empty)).isEqualTo(empty);
  }

  @Test
  void emptyHeadersAreNotAbsent() throws Exception {
    assertThat(through(headers(Map.of())).getHeaders()).isEmpty();
  }

  @Test
  void everyPriorityAndBothDeliveryModesArrive() throws Exception {
    for (int value : new int[] {0, 9, 10, 255}) {
      BasicProperties properties =
          new BasicProperties.Builder().deliveryMode(1 + value % 2).priority(value).build();
      assertThat(through(properties)).isEqualTo(properties);
    }
  }

  @Test
  void anotherDeliveryModeIsRefusedBefore40() throws Exception {
    for (int mode : new int[] {0, 3, 255}) {
      BasicProperties properties = new BasicProperties.Builder().deliveryMode(mode).build();
      if (broker.before("4.0")) {
        assertThat(refusal(properties))
            .isEqualTo("invalid message: {delivery_mode_unknown," + mode + "}");
      } else {
        assertThat(through(properties)).isEqualTo(properties);
      }
    }
  }

  @Test
  void headersArriveWithTheirTypes() throws Exception {
    Map<String, Object> headers = new HashMap<>();
    headers.put("true", true);
    headers.put("false", false);
    headers.put("byte", (byte) -3);
    headers.put("short", (short) -300);
    headers.put("int", -70_000);
    headers.put("long", Long.MIN_VALUE);
    headers.put("float", 1.5f);
    headers.put("double", -0.0);
    headers.put("decimal", new BigDecimal("12.340"));
    headers.put("timestamp", Date.from(Instant.ofEpochSecond(1_700_000_000L)));
    headers.put("void", null);
    assertThat(through(headers(headers)).getHeaders()).isEqualTo(headers);
  }

  @Test
  void aNumberThatIsNotFiniteEndsTheConnection() throws Exception {
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Channel channel = channel();
      BasicProperties properties = headers(Map.of("number", number));
      assertThat(closeOf(channel, () -> channel.basicPublish("", "key", properties, bytes("body"))))
          .isEqualTo(Close.connection(541, "INTERNAL_ERROR", 0, 0));
    }
  }

  @Test
  void textsAndBytesInHeadersArrive() throws Exception {
    Map<String, Object> headers =
        through(
                headers(
                    Map.of("text", "h\u00e9llo \u2603", "empty", "", "bytes", new byte[] {0, -1})))
            .getHeaders();
    assertThat(headers).hasSize(3);
    assertThat(headers.get("text")).isInstanceOf(LongString.class).hasToString("h\u00e9llo \u2603");
    assertThat(headers.get("empty")).isInstanceOf(LongString.class).hasToString("");
    assertThat(headers.get("bytes")).isEqualTo(new byte[] {0, -1});
  }

  @Test
  void nestedTablesAndArraysArrive() throws Exception {
    Map<String, Object> deepest = new HashMap<>();
    deepest.put("void", null);
    deepest.put("list", List.of(1, 2L, true, List.of(), Map.of()));
    Map<String, Object> headers =
        Map.of("table", Map.of("a", Map.of("b", deepest)), "list", List.of(List.of(deepest)));
    assertThat(through(headers(headers)).getHeaders()).isEqualTo(headers);
  }

  @Test
  void anEmptyBodyArrives() throws Exception {
    assertThat(through(NO_PROPERTIES, new byte[0]).getBody()).isEmpty();
  }

  @Test
  void aBodyOfSeveralFramesArrives() throws Exception {
    byte[] body = new byte[300 * 1024];
    new Random(1).nextBytes(body);
    assertThat(through(NO_PROPERTIES, body).getBody()).isEqualTo(body);
  }

  @Test
  void bodiesAroundTheSizeOfAFrameArrive() throws Exception {
    Channel channel = confirming();
    int frame = channel.getConnection().getFrameMax() - 8;
    for (int size : new int[] {frame - 1, frame, frame + 1, 2 * frame}) {
      byte[] body = new byte[size];
      Arrays.fill(body, (byte) size);
      assertThat(through(NO_PROPERTIES, body).getBody()).isEqualTo(body);
    }
  }

  @Test
  void aBodyAbove16MebibytesIsRefusedSince40() throws Exception {
    Channel channel = confirming();
    byte[] body = new byte[16 * 1024 * 1024 + 1];
    if (broker.before("4.0")) {
      channel.basicPublish("", name("missing"), NO_PROPERTIES, body);
      assertThat(channel.waitForConfirms(SECONDS * 1000)).isTrue();
    } else {
      assertThat(
              closeOf(
                  channel, () -> channel.basicPublish("", name("missing"), NO_PROPERTIES, body)))
          .isEqualTo(
              Close.channel(
                  406,
                  "PRECONDITION_FAILED - message size 16777217 is larger than configured max size"
                      + " 16777216",
                  60,
                  40));
    }
  }

  @Test
  void anotherUserThanTheOneOfTheConnectionIsRefused() throws Exception {
    assertThat(refusal(new BasicProperties.Builder().userId("other").build()))
        .isEqualTo("user_id property set to 'other' but authenticated user was 'guest'");
  }

  @Test
  void anExpirationMustBeANumber() throws Exception {
    assertThat(refusalOfExpiration("abc")).isEqualTo("invalid expiration 'abc': no_integer");
    assertThat(refusalOfExpiration("")).isEqualTo("invalid expiration '': no_integer");
    assertThat(refusalOfExpiration(" 5")).isEqualTo("invalid expiration ' 5': no_integer");
  }

  @Test
  void anExpirationMustBeOnlyANumber() throws Exception {
    assertThat(refusalOfExpiration("5s"))
        .isEqualTo("invalid expiration '5s': {leftover_string,\"s\"}");
    assertThat(refusalOfExpiration("1.5"))
        .isEqualTo("invalid expiration '1.5': {leftover_string,\".5\"}");
    assertThat(refusalOfExpiration("5 "))
        .isEqualTo("invalid expiration '5 ': {leftover_string,\" \"}");
  }

  @Test
  void anExpirationMustNotBeNegative() throws Exception {
    assertThat(refusalOfExpiration("-1")).isEqualTo("invalid expiration '-1': {value_negative,-1}");
  }

  @Test
  void anExpirationIsAtMostTenYears() throws Exception {
    assertThat(refusalOfExpiration("315360000001"))
        .isEqualTo("invalid expiration '315360000001': {value_too_large,315360000001}");
    assertThat(through(new BasicProperties.Builder().expiration("315360000000").build()))
        .isEqualTo(new BasicProperties.Builder().expiration("315360000000").build());
  }

  private String refusalOfExpiration(String expiration) throws Exception {
    return refusal(new BasicProperties.Builder().expiration(expiration).build());
  }

  /** {@return why a message with these properties cannot be published} */
  private String refusal(BasicProperties properties) throws Exception {
    Channel channel = channel();
    Close close =
        closeOf(channel, () -> channel.basicPublish("", "key", properties, bytes("body")));
    String start = "PRECONDITION_FAILED - ";
    assertThat(close).isEqualTo(Close.channel(406, close.text(), 60, 40));
    assertThat(close.text()).startsWith(start);
    return close.text().substring(start.length());
  }

  private static BasicProperties headers(Map<String, Object> headers) {
    return new BasicProperties.Builder().headers(headers).build();
  }

  private BasicProperties through(BasicProperties properties) throws Exception {
    return through(properties, bytes("body")).getProps();
  }

  /** Sends a message through a queue, and {@return what comes out} */
  private GetResponse through(BasicProperties properties, byte[] body) throws Exception {
    Channel channel = confirming();
    String queue = queue(channel);
    channel.basicPublish("", queue, properties, body);
    channel.waitForConfirmsOrDie(SECONDS * 1000);
    GetResponse response = channel.basicGet(queue, true);
    assertThat(response).isNotNull();
    channel.queueDelete(queue);
    return response;
  }
}
