/** Publishing and handling events over RabbitMQ; the entry point is {@code ArtelEvents}. */
module io.artel.events.amqp {
  requires transitive io.artel.events.api;
  requires transitive micrometer.core;
  requires com.rabbitmq.client;
  requires java.net.http;
  requires org.slf4j;

  exports io.artel.events.amqp;
}
