package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the broker says to frames that are too large, broken, out of order or unknown. */
@OnEveryBroker
class FrameContractIT extends Contract {
  FrameContractIT(ContractBroker broker) {
    super(broker);
  }

  /** What a test sends on channel 1 of an open connection. */
  private interface Sender {
    void send(RawAmqp amqp) throws Exception;
  }

  @Test
  void aFrameLargerThanAgreedIs501() throws Exception {
    assertThat(closeAfter(amqp -> amqp.body(1, 131_073)))
        .isEqualTo(frameError("type 3, all octets = <<>>: {frame_too_large,131073,131064}", 0, 0));
  }

  @Test
  void theLengthOfAFrameIsUnsigned() throws Exception {
    byte[] start = {1, 0, 1, -1, -1, -1, -1};
    assertThat(closeAfter(amqp -> amqp.send(start)))
        .isEqualTo(
            frameError("type 1, all octets = <<>>: {frame_too_large,4294967295,131064}", 0, 0));
  }

  @Test
  void aPayloadMayBeAsLargeAsTheWholeFrame() throws Exception {
    assertStaysOpenAfter(
        amqp -> {
          amqp.publish(1, "amq.fanout", "");
          amqp.contentHeader(1, 60, 131_072);
          amqp.body(1, 131_072);
        });
  }

  @Test
  void theBrokersFramesKeepToTheAgreedSize() throws Exception {
    int frameMax = 8192;
    int size = 20_000;
    String queue = name("q");
    Channel channel = confirming();
    channel.queueDeclare(queue, true, false, false, null);
    channel.basicPublish("", queue, null, new byte[size]);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    try (RawAmqp amqp = RawAmqp.open(broker, 1, frameMax, 0)) {
      amqp.openChannel(1);
      amqp.method(1, 60, 70, RawAmqp.arguments().shortInt(0).shortString(queue).octet(1));
      amqp.expect("60.71");
      assertThat(amqp.read().type()).isEqualTo(RawAmqpFrame.HEADER);
      int rest = size;
      while (rest > 0) {
        RawAmqpFrame body = amqp.read();
        assertThat(body.type()).isEqualTo(RawAmqpFrame.BODY);
        assertThat(body.payload().capacity()).isEqualTo(Math.min(rest, frameMax - 8));
        rest -= body.payload().capacity();
      }
    }
  }

  @Test
  void aWrongEndMarkerIs501() throws Exception {
    byte[] open = {0, 20, 0, 10, 0};
    assertThat(closeAfter(amqp -> amqp.frame(RawAmqpFrame.METHOD, 2, open, 0x55)))
        .isEqualTo(
            frameError(
                "type 1, all octets = <<0,20,0,10,0>>: {invalid_frame_end_marker,85}", 0, 0));
  }

  @Test
  void anUnknownTypeIs501() throws Exception {
    assertThat(closeAfter(amqp -> amqp.frame(9, 1, new byte[] {1, 2, 3})))
        .isEqualTo(frameError("type 9, all octets = <<1,2,3>>: unknown_frame", 0, 0));
  }

  @Test
  void aHeartbeatOnAChannelIs505() throws Exception {
    assertThat(closeAfter(amqp -> amqp.frame(RawAmqpFrame.HEARTBEAT, 1, new byte[0])))
        .isEqualTo(unexpected("type 8, all octets = <<>>", 0, 0));
  }

  @Test
  void aHeartbeatWithAPayloadIs501() throws Exception {
    assertThat(closeAfter(amqp -> amqp.frame(RawAmqpFrame.HEARTBEAT, 0, new byte[] {1})))
        .isEqualTo(frameError("type 8, all octets = <<1>>: unknown_frame", 0, 0));
  }

  @Test
  void aBodyOnChannel0Is505() throws Exception {
    assertThat(closeAfter(amqp -> amqp.body(0, 1)))
        .isEqualTo(unexpected("type 3, all octets = <<0>>", 0, 0));
  }

  @Test
  void aHeaderWithoutAMethodIs505() throws Exception {
    assertThat(closeAfter(amqp -> amqp.contentHeader(1, 60, 1)))
        .isEqualTo(unexpected("expected method frame, got non method frame instead", 0, 0));
  }

  @Test
  void aBodyAfterTheLastOneIs505() throws Exception {
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.contentHeader(1, 60, 0);
                  amqp.body(1, 0);
                }))
        .isEqualTo(unexpected("expected method frame, got non method frame instead", 0, 0));
  }

  @Test
  void aMethodInsteadOfAHeaderIs505() throws Exception {
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.publish(1, "amq.fanout", "");
                }))
        .isEqualTo(
            unexpected(
                "expected content header for class 60, got non content header frame instead",
                60,
                40));
  }

  @Test
  void aHeaderInsteadOfABodyIs505() throws Exception {
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.contentHeader(1, 60, 1);
                  amqp.contentHeader(1, 60, 1);
                }))
        .isEqualTo(unexpected("expected content body, got non content body frame instead", 60, 40));
  }

  @Test
  void aHeaderOfAnotherClassIs505() throws Exception {
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.contentHeader(1, 10, 1);
                }))
        .isEqualTo(
            unexpected(
                "expected content header for class 60, got one for class 10 instead", 60, 40));
  }

  @Test
  void framesOfChannelsMayInterleave() throws Exception {
    assertStaysOpenAfter(
        amqp -> {
          amqp.openChannel(2);
          amqp.publish(1, "amq.fanout", "");
          amqp.publish(2, "amq.fanout", "");
          amqp.contentHeader(2, 60, 2);
          amqp.contentHeader(1, 60, 1);
          amqp.body(2, 1);
          amqp.body(1, 1);
          amqp.body(2, 1);
        });
  }

  @Test
  void aBodyMayComeInPiecesSomeOfThemEmpty() throws Exception {
    assertStaysOpenAfter(
        amqp -> {
          amqp.publish(1, "amq.fanout", "");
          amqp.contentHeader(1, 60, 2);
          amqp.body(1, 0);
          amqp.body(1, 1);
          amqp.body(1, 0);
          amqp.body(1, 1);
        });
  }

  @Test
  void aBodyLongerThanAnnouncedIs501Since43() throws Exception {
    Sender tooMuch =
        amqp -> {
          amqp.publish(1, "amq.fanout", "");
          amqp.contentHeader(1, 60, 5);
          amqp.body(1, 6);
        };
    if (broker.since("4.3")) {
      assertThat(closeAfter(tooMuch))
          .isEqualTo(frameError("content body frame exceeds remaining content size", 60, 40));
    } else {
      assertOtherChannelsGoOnAfter(tooMuch);
    }
  }

  @Test
  void anEndlessBodyIs501Since43() throws Exception {
    Sender endless =
        amqp -> {
          amqp.publish(1, "amq.fanout", "");
          amqp.contentHeader(1, 60, -1);
        };
    if (broker.since("4.3")) {
      assertThat(closeAfter(endless))
          .isEqualTo(
              frameError(
                  "content body size 18446744073709551615 exceeds maximum allowed size"
                      + " 536870912",
                  60,
                  40));
    } else {
      assertOtherChannelsGoOnAfter(endless);
    }
  }

  @Test
  void aHeaderThatIsTooShortIs501() throws Exception {
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.frame(RawAmqpFrame.HEADER, 1, new byte[] {0, 60});
                }))
        .isEqualTo(frameError("type 2, all octets = <<0,60>>: unknown_frame", 0, 0));
  }

  @Test
  void propertiesThatAreMissingAre541() throws Exception {
    byte[] contentTypeWithoutValue =
        RawAmqp.arguments().shortInt(60).shortInt(0).longLong(0).shortInt(0x8000).bytes();
    assertThat(
            closeAfter(
                amqp -> {
                  amqp.publish(1, "amq.fanout", "");
                  amqp.frame(RawAmqpFrame.HEADER, 1, contentTypeWithoutValue);
                }))
        .isEqualTo(Close.connection(541, "INTERNAL_ERROR", 0, 0));
  }

  @Test
  void aMethodTooShortForItsIdsIs501() throws Exception {
    assertThat(closeAfter(amqp -> amqp.frame(RawAmqpFrame.METHOD, 1, new byte[] {0})))
        .isEqualTo(frameError("type 1, all octets = <<0>>: unknown_frame", 0, 0));
  }

  @Test
  void argumentsThatAreCutOffAre501() throws Exception {
    RawAmqpArguments cutOff = RawAmqp.arguments().shortInt(0).octet(20).raw(new byte[3]);
    assertThat(closeAfter(amqp -> amqp.method(1, 50, 10, cutOff)))
        .isEqualTo(frameError("cannot decode <<0,0,20,0,0,0>>", 50, 10));
  }

  @Test
  void bytesAfterTheArgumentsAre501() throws Exception {
    RawAmqpArguments surplus = RawAmqp.arguments().longInt(0).shortInt(1).octet(0).octet(9);
    assertThat(closeAfter(amqp -> amqp.method(1, 60, 10, surplus)))
        .isEqualTo(frameError("cannot decode <<0,0,0,0,0,1,0,9>>", 60, 10));
  }

  @Test
  void aTableLongerThanItsFrameIs501() throws Exception {
    RawAmqpArguments table =
        RawAmqp.arguments().shortInt(0).shortString("q").octet(0).longInt(Integer.MAX_VALUE);
    assertThat(closeAfter(amqp -> amqp.method(1, 50, 10, table)))
        .isEqualTo(frameError("cannot decode <<0,0,1,113,0,127,255,255,255>>", 50, 10));
  }

  @Test
  void aNameThatIsNoUtf8Is501() throws Exception {
    RawAmqpArguments name =
        RawAmqp.arguments().shortInt(0).octet(1).octet(0xFF).octet(0).table(Map.of());
    assertThat(closeAfter(amqp -> amqp.method(1, 50, 10, name)))
        .isEqualTo(frameError("Malformed UTF-8 in shortstr", 0, 0));
  }

  @Test
  void anUnknownMethodEndsTheConnectionWithoutAWord() throws Exception {
    assertHangsUpAfter(amqp -> amqp.method(1, 60, 999, RawAmqp.arguments()));
  }

  @Test
  void anUnknownClassEndsTheConnectionWithoutAWord() throws Exception {
    assertHangsUpAfter(amqp -> amqp.method(1, 999, 10, RawAmqp.arguments()));
  }

  @Test
  void anUnknownTypeInATableEndsTheConnectionWithoutAWord() throws Exception {
    byte[] entries = RawAmqp.arguments().shortString("k").octet('Z').octet(1).bytes();
    RawAmqpArguments declare =
        RawAmqp.arguments().shortInt(0).shortString("q").octet(0).longString(entries);
    assertHangsUpAfter(amqp -> amqp.method(1, 50, 10, declare));
  }

  private Close closeAfter(Sender sender) throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      sender.send(amqp);
      return amqp.readClose();
    }
  }

  private void assertHangsUpAfter(Sender sender) throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      sender.send(amqp);
      assertThat(amqp.readToEnd()).isEmpty();
    }
  }

  private void assertStaysOpenAfter(Sender sender) throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      sender.send(amqp);
      amqp.method(1, 60, 10, RawAmqp.arguments().longInt(0).shortInt(1).octet(0));
      assertThat(amqp.read().name()).isEqualTo("60.11");
    }
  }

  private void assertOtherChannelsGoOnAfter(Sender sender) throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      sender.send(amqp);
      amqp.method(3, 20, 10, RawAmqp.arguments().shortString(""));
      assertThat(amqp.read().name()).isEqualTo("20.11");
    }
  }

  private static Close frameError(String explanation, int classId, int methodId) {
    return Close.connection(501, "FRAME_ERROR - " + explanation, classId, methodId);
  }

  private static Close unexpected(String explanation, int classId, int methodId) {
    return Close.connection(505, "UNEXPECTED_FRAME - " + explanation, classId, methodId);
  }
}
