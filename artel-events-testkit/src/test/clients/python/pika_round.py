"""The round with pika, which waits for every single confirm."""

from decimal import Decimal

import pika
import pika.exceptions

import messages
from messages import MESSAGES, PREFETCH, TIMESTAMP, check, same


def publish(channel, exchange, key, sequence):
    channel.basic_publish(
        exchange,
        key,
        messages.body(sequence),
        pika.BasicProperties(
            delivery_mode=2,
            timestamp=TIMESTAMP,
            expiration="600000",
            # pika writes no floating point numbers.
            headers={**messages.headers(sequence), "ratio": Decimal("1.5")},
            **messages.properties(sequence),
        ),
        mandatory=True,
    )


def check_message(sequence, properties, body):
    same("the body", body, messages.body(sequence))
    same("the headers", properties.headers, messages.headers(sequence))
    same("the delivery mode", properties.delivery_mode, 2)
    same("the timestamp", properties.timestamp, TIMESTAMP)
    same("the expiration", properties.expiration, "600000")
    for name, value in messages.properties(sequence).items():
        same(name, getattr(properties, name), value)


def check_return(channel, exchange):
    try:
        publish(channel, exchange, "nowhere", 1)
    except pika.exceptions.UnroutableError as e:
        [returned] = e.messages
        same("the return's code", returned.method.reply_code, 312)
        same("the return's text", returned.method.reply_text, "NO_ROUTE")
        same("the returned key", returned.method.routing_key, "nowhere")
        check_message(1, returned.properties, returned.body)
        return
    check(False, "the unroutable message was confirmed without a return.")


def consume(channel, queue):
    channel.basic_qos(prefetch_count=PREFETCH)
    order = messages.Order()
    for method, properties, body in channel.consume(queue, inactivity_timeout=20):
        check(method is not None, f"message {order.next} did not come.")
        sequence = properties.headers["sequence"]
        check_message(sequence, properties, body)
        action = order.take(sequence, method.redelivered)
        if order.next == PREFETCH:
            state = channel.queue_declare(queue, passive=True).method
            same("the ready count behind the prefetch", state.message_count, MESSAGES - PREFETCH)
            same("the consumer count", state.consumer_count, 1)
        if action == "requeue":
            channel.basic_nack(method.delivery_tag, requeue=True)
        elif action != "hold":
            channel.basic_ack(method.delivery_tag, multiple=action == "ack all")
        if order.done():
            break
    same("the count of deliveries after the last", channel.cancel(), 0)


def get_and_purge(channel, exchange, queue):
    for sequence in range(3):
        publish(channel, exchange, "round.get", sequence)
    method, properties, body = channel.basic_get(queue)
    check_message(0, properties, body)
    same("the count after the message that was got", method.message_count, 2)
    channel.basic_ack(method.delivery_tag)
    state = channel.queue_declare(queue, passive=True).method
    same("the consumer count after the cancel", state.consumer_count, 0)
    same("the count before the purge", state.message_count, 2)
    same("the purged count", channel.queue_purge(queue).method.message_count, 2)
    same("what an empty queue gives", channel.basic_get(queue), (None, None, None))


def ask_for_a_missing_queue(connection, queue):
    channel = connection.channel()
    try:
        channel.queue_declare(queue + ".missing", passive=True)
        check(False, "the missing queue was found.")
    except pika.exceptions.ChannelClosedByBroker as e:
        same("the code for a missing queue", e.reply_code, 404)
    connection.channel().queue_declare(queue, passive=True)


def round_on(uri):
    connection = pika.BlockingConnection(pika.URLParameters(uri))
    channel = connection.channel()
    exchange = queue = messages.name()
    for _ in range(2):
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=True)
        channel.queue_declare(queue, durable=True, arguments=messages.QUEUE_ARGUMENTS)
    channel.queue_bind(queue, exchange, "round.#")
    channel.confirm_delivery()
    for sequence in range(MESSAGES):
        publish(channel, exchange, f"round.{sequence}", sequence)
    check_return(channel, exchange)
    consume(channel, queue)
    get_and_purge(channel, exchange, queue)
    ask_for_a_missing_queue(connection, queue)
    channel.exchange_delete(exchange)
    same("the count in the deleted queue", channel.queue_delete(queue).method.message_count, 0)
    connection.close()
    check(connection.is_closed, "the connection is still open after its close.")


messages.run(f"pika {pika.__version__}", round_on)
