package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** What goes on on channel 0 once a connection is open, and what ends a connection. */
@OnEveryBroker
class ConnectionContractIT extends Contract {
  ConnectionContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void aCloseIsAnsweredWithCloseOk() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.method(
          0, 10, 50, RawAmqp.arguments().shortInt(200).shortString("bye").shortInt(0).shortInt(0));
      assertThat(amqp.read().name()).isEqualTo(RawAmqp.CLOSE_OK);
    }
  }

  @Test
  void theBrokerHangsUpAfterItsCloseIsAnswered() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openHost("/");
      amqp.readClose();
      amqp.method(0, 10, 51, RawAmqp.arguments());
      assertThat(amqp.readToEnd()).isEmpty();
    }
  }

  @Test
  void nothingIsAnsweredBetweenCloseAndCloseOk() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openHost("/");
      amqp.method(1, 20, 10, RawAmqp.arguments().shortString(""));
      amqp.readClose();
      amqp.method(2, 20, 10, RawAmqp.arguments().shortString(""));
      amqp.method(0, 10, 51, RawAmqp.arguments());
      assertThat(amqp.readToEnd()).isEmpty();
    }
  }

  @Test
  void aSecondOpenIs504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openHost("/");
      assertThat(amqp.readClose())
          .isEqualTo(
              Close.connection(
                  504, "CHANNEL_ERROR - unexpected method in connection state running", 10, 40));
    }
  }

  @Test
  void aMethodOfAChannelOnChannel0Is504() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.method(0, 20, 10, RawAmqp.arguments().shortString(""));
      assertThat(amqp.readClose())
          .isEqualTo(
              Close.connection(
                  504, "CHANNEL_ERROR - unexpected method in connection state running", 20, 10));
    }
  }

  @Test
  void aMethodOfTheConnectionOnAnotherChannelIs503() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.openChannel(1);
      amqp.method(
          1, 10, 50, RawAmqp.arguments().shortInt(200).shortString("bye").shortInt(0).shortInt(0));
      assertThat(amqp.readClose())
          .isEqualTo(Close.connection(503, "COMMAND_INVALID - unimplemented method", 10, 50));
    }
  }

  @Test
  void aNewSecretIsAccepted() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker)) {
      amqp.method(0, 10, 70, RawAmqp.arguments().longString("guest").shortString("it expired"));
      assertThat(amqp.read().name()).isEqualTo("10.71");
    }
  }

  @Test
  void anErrorOfTheConnectionEndsAllItsChannels() throws Exception {
    Channel first = channel();
    Channel second = first.getConnection().createChannel();
    Close close =
        closeOf(second, () -> first.basicPublish("amq.direct", "", false, true, null, new byte[1]));
    assertThat(close).isEqualTo(Close.connection(540, "NOT_IMPLEMENTED - immediate=true", 60, 40));
  }

  @Test
  void otherConnectionsDoNotNoticeAnErrorOfTheConnection() throws Exception {
    Channel other = connect().createChannel();
    Channel channel = connect().createChannel();
    closeOf(channel, () -> channel.basicPublish("amq.direct", "", false, true, null, new byte[1]));
    AMQP.Queue.DeclareOk declared = other.queueDeclare();
    assertThat(declared.getQueue()).startsWith("amq.gen-");
  }
}
