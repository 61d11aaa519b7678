package io.artel.events.testkit.contract;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/**
 * How the broker ended a channel or a connection.
 *
 * @param level {@code channel} or {@code connection}
 * @param code the reply code, for example 404
 * @param text the whole reply text
 * @param classId the class of the method that failed, 0 if none
 * @param methodId the method that failed, 0 if none
 */
record Close(String level, int code, String text, int classId, int methodId) {

  static Close channel(int code, String text, int classId, int methodId) {
    return new Close("channel", code, text, classId, methodId);
  }

  static Close connection(int code, String text, int classId, int methodId) {
    return new Close("connection", code, text, classId, methodId);
  }

  static Close of(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return channel(
          close.getReplyCode(), close.getReplyText(), close.getClassId(), close.getMethodId());
    }
    if (signal.getReason() instanceof AMQP.Connection.Close close) {
      return connection(
          close.getReplyCode(), close.getReplyText(), close.getClassId(), close.getMethodId());
    }
    throw new AssertionError("ended without a close from the broker", signal);
  }
}
