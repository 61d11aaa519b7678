package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How heartbeats show a live peer and uncover a dead one. */
@OnEveryBroker
class FrameHeartbeatContractIT extends Contract {
  private static final int EVERY_SECOND = 1;

  FrameHeartbeatContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void theBrokerSendsHeartbeatsWhenIdle() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 1, 131_072, EVERY_SECOND)) {
      RawAmqpFrame frame = amqp.readAny();
      assertThat(frame).isNotNull();
      assertThat(frame.type()).isEqualTo(RawAmqpFrame.HEARTBEAT);
      assertThat(frame.channel()).isZero();
      assertThat(frame.payload().capacity()).isZero();
    }
  }

  @Test
  void aSilentClientIsDroppedWithoutAWord() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 1, 131_072, EVERY_SECOND)) {
      RawAmqpFrame frame = amqp.readAny();
      int heartbeats = 0;
      while (frame != null) {
        assertThat(frame.type()).isEqualTo(RawAmqpFrame.HEARTBEAT);
        heartbeats++;
        frame = amqp.readAny();
      }
      assertThat(heartbeats).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aClientThatSendsHeartbeatsIsKept() throws Exception {
    try (RawAmqp amqp = RawAmqp.open(broker, 1, 131_072, EVERY_SECOND)) {
      // Half a second lies between two of the broker's, and two seconds of silence are too many.
      for (int i = 0; i < 8; i++) {
        RawAmqpFrame frame = amqp.readAny();
        assertThat(frame).isNotNull();
        assertThat(frame.type()).isEqualTo(RawAmqpFrame.HEARTBEAT);
        amqp.frame(RawAmqpFrame.HEARTBEAT, 0, new byte[0]);
      }
      amqp.openChannel(1);
    }
  }
}
