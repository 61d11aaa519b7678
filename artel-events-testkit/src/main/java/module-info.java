/** Brokers and other means for testing with artel-events. */
module io.artel.events.testkit {
  requires transitive io.artel.events.api;
  requires com.rabbitmq.client;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.artel.events.testkit;
}
