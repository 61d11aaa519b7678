/** Brokers and other means for testing with artel-events. */
module io.artel.events.testkit {
  requires transitive io.artel.events.api;
  requires io.artel.events.amqp;
  requires com.rabbitmq.client;
  requires org.slf4j;
  requires static transitive org.assertj.core;
  requires static transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports io.artel.events.testkit;

  // JUnit makes the extension that @ArtelTest names.
  opens io.artel.events.testkit.internal.junit to
      org.junit.platform.commons;
}
