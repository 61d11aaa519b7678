package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How channels are opened and closed, and what the broker thinks of odd methods on them. */
@OnEveryBroker
class ChannelContractIT extends Contract {
  ChannelContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aMethodOnAChannelThatIsNotOpenIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      qos(amqp, 1);
      assertThat(amqp.readClose()).isEqualTo(notOpen(60, 10));
    }
  }

  @Test
  void evenClosingAChannelThatIsNotOpenIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      close(amqp, 1);
      assertThat(amqp.readClose()).isEqualTo(notOpen(20, 40));
    }
  }

  @Test
  void aMethodOnAClosedChannelIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      close(amqp, 1);
      amqp.expect("20.41");
      qos(amqp, 1);
      assertThat(amqp.readClose()).isEqualTo(notOpen(60, 10));
    }
  }

  @Test
  void aSecondOpenIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      open(amqp, 1);
      assertThat(amqp.readClose())
          .isEqualTo(Close.connection(504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10));
    }
  }

  @Test
  void theNumberOfOpenChannelsIsLimited() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 2, 131_072, 0)) {
      amqp.openChannel(1);
      amqp.openChannel(2);
      open(amqp, 3);
      assertThat(amqp.readClose())
          .isEqualTo(
              Close.connection(
                  530,
                  "NOT_ALLOWED - number of channels opened (2) has reached the negotiated"
                      + " channel_max (2)",
                  0,
                  0));
    }
  }

  @Test
  void theNumberOfAChannelIsNotLimited() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 2, 131_072, 0)) {
      open(amqp, 60_000);
      RawAmqpFrame answer = amqp.expect("20.11");
      assertThat(answer.channel()).isEqualTo(60_000);
    }
  }

  @Test
  void aClosedChannelNoLongerCounts() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 1, 131_072, 0)) {
      for (int i = 0; i < 3; i++) {
        amqp.openChannel(1);
        close(amqp, 1);
        amqp.expect("20.41");
      }
      open(amqp, 1);
      assertThat(amqp.read().name()).isEqualTo("20.11");
    }
  }

  @Test
  void afterAnErrorAllIsIgnoredUntilCloseOk() throws Exception {
    String queue = name("q");
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      purge(amqp, 1, queue);
      amqp.method(
          1, 50, 10, RawAmqp.arguments().shortInt(0).shortString(queue).octet(2).table(Map.of()));
      purge(amqp, 1, queue);
      assertThat(amqp.readClose()).isEqualTo(missing(queue));
      amqp.method(1, 20, 41, RawAmqp.arguments());
      amqp.openChannel(1);
      purge(amqp, 1, queue);
      assertThat(amqp.readClose()).isEqualTo(missing(queue));
    }
  }

  @Test
  void afterAnErrorOtherChannelsGoOn() throws Exception {
    String queue = name("q");
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      amqp.openChannel(2);
      purge(amqp, 1, queue);
      amqp.readClose();
      qos(amqp, 2);
      assertThat(amqp.read().name()).isEqualTo("60.11");
    }
  }

  @Test
  void openingAChannelBeforeItsCloseIsAnsweredIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      purge(amqp, 1, name("q"));
      amqp.readClose();
      open(amqp, 1);
      assertThat(amqp.readClose())
          .isEqualTo(Close.connection(504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10));
    }
  }

  @Test
  void whenTwoClosesCrossBothNeedAnAnswer() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      purge(amqp, 1, name("q"));
      amqp.readClose();
      close(amqp, 1);
      amqp.expect("20.41");
      amqp.method(1, 20, 41, RawAmqp.arguments());
      open(amqp, 1);
      assertThat(amqp.read().name()).isEqualTo("20.11");
    }
  }

  @Test
  void aCloseOkWithoutCloseIs503() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      amqp.method(1, 20, 41, RawAmqp.arguments());
      assertThat(amqp.readClose()).isEqualTo(unimplemented(20, 41));
    }
  }

  @Test
  void aMethodThatOnlyBrokersSendIs503() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      amqp.method(1, 50, 11, RawAmqp.arguments().shortString("q").longInt(0).longInt(0));
      assertThat(amqp.readClose()).isEqualTo(unimplemented(50, 11));
    }
  }

  @Test
  void anAccessRequestIsGranted() throws Exception {
    AMQP.Access.Request request = new AMQP.Access.Request.Builder().realm("/data").build();
    assertThat(channel().rpc(request).getMethod())
        .isEqualTo(new AMQP.Access.RequestOk.Builder().ticket(1).build());
  }

  @Test
  void aClientMayTurnTheFlowOnButNotOff() throws Exception {
    Channel channel = channel();
    AMQP.Channel.Flow on = new AMQP.Channel.Flow.Builder().active(true).build();
    assertThat(channel.rpc(on).getMethod())
        .isEqualTo(new AMQP.Channel.FlowOk.Builder().active(true).build());
    AMQP.Channel.Flow off = new AMQP.Channel.Flow.Builder().active(false).build();
    assertThat(closeOf(channel, () -> channel.rpc(off)))
        .isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - active=false", 20, 20));
  }

  @Test
  void anImmediatePublishIs540() throws Exception {
    Channel channel = channel();
    assertThat(
            closeOf(
                channel,
                () -> channel.basicPublish("amq.direct", "", false, true, null, new byte[1])))
        .isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - immediate=true", 60, 40));
  }

  @Test
  void aMessageOver16MibIsTooLargeSince40() throws Exception {
    Channel channel = confirming();
    byte[] largest = new byte[16 * 1024 * 1024];
    channel.basicPublish("amq.fanout", name("key"), null, largest);
    channel.waitForConfirmsOrDie(SECONDS * 1000L);
    byte[] larger = new byte[largest.length + 1];
    if (broker.since("4.0")) {
      assertThat(closeOf(channel, () -> channel.basicPublish("amq.fanout", "key", null, larger)))
          .isEqualTo(
              Close.channel(
                  406,
                  "PRECONDITION_FAILED - message size 16777217 is larger than configured max"
                      + " size 16777216",
                  60,
                  40));
    } else {
      channel.basicPublish("amq.fanout", "key", null, larger);
      assertThat(channel.waitForConfirms(SECONDS * 1000L)).isTrue();
    }
  }

  private static void open(RawAmqp amqp, int channel) throws Exception {
    amqp.method(channel, 20, 10, RawAmqp.arguments().shortString(""));
  }

  private static void close(RawAmqp amqp, int channel) throws Exception {
    amqp.method(
        channel,
        20,
        40,
        RawAmqp.arguments().shortInt(200).shortString("bye").shortInt(0).shortInt(0));
  }

  private static void qos(RawAmqp amqp, int channel) throws Exception {
    amqp.method(channel, 60, 10, RawAmqp.arguments().longInt(0).shortInt(1).octet(0));
  }

  private static void purge(RawAmqp amqp, int channel, String queue) throws Exception {
    amqp.method(channel, 50, 30, RawAmqp.arguments().shortInt(0).shortString(queue).octet(0));
  }

  private static Close notOpen(int classId, int methodId) {
    return Close.connection(504, "CHANNEL_ERROR - expected 'channel.open'", classId, methodId);
  }

  private static Close unimplemented(int classId, int methodId) {
    return Close.connection(503, "COMMAND_INVALID - unimplemented method", classId, methodId);
  }

  private static Close missing(String queue) {
    return Close.channel(404, "NOT_FOUND - no queue '" + queue + "' in vhost '/'", 50, 30);
  }
}
