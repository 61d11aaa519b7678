package io.artel.events.amqp.internal.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;

/** One arrival of a dead letter, held until it is settled or its reader is closed. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Letter(Envelope envelope, BasicProperties properties, byte[] body) {

  long tag() {
    return envelope.getDeliveryTag();
  }
}
