package io.artel.events.amqp.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Return;
import io.artel.events.amqp.internal.message.OutgoingMessage;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConfirmingChannelTest {

  private static final BasicProperties PROPERTIES =
      new BasicProperties.Builder().messageId("7").build();

  @Test
  void returnOfAMessageThatWasGivenUpShouldNotBeThatOfTheSameMessageSentAgain() throws IOException {
    ConfirmingChannel channel = ConfirmingChannel.on(new FakeConnection().channel());
    channel.sending(message());
    channel.returned(new Return(312, "NO_ROUTE", "exchange", "key", PROPERTIES, new byte[0]));
    assertThat(channel.takeAll()).hasSize(1); // it took too long
    assertThat(channel.takeSettled(1, false)).isEmpty();

    channel.sending(message());

    assertThat(channel.takeSettled(2, false))
        .singleElement()
        .satisfies(settled -> assertThat(settled.returned).isNull());
  }

  @Test
  void returnShouldBeThatOfItsMessage() throws IOException {
    ConfirmingChannel channel = ConfirmingChannel.on(new FakeConnection().channel());
    channel.sending(message());
    channel.sending(message());
    assertThat(channel.takeSettled(1, false)).hasSize(1);
    channel.returned(new Return(312, "NO_ROUTE", "exchange", "key", PROPERTIES, new byte[0]));

    assertThat(channel.takeSettled(2, false))
        .singleElement()
        .satisfies(settled -> assertThat(settled.returned).isEqualTo("NO_ROUTE"));
  }

  private static Pending message() {
    return new Pending(
        new OutgoingMessage("exchange", "key", PROPERTIES, new byte[0], true),
        new Subject(UUID.randomUUID(), "steps.taken", null));
  }
}
