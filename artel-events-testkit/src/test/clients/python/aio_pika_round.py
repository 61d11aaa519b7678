"""The round with aio-pika and its robust connection, as FastStream uses them."""

import asyncio
from datetime import datetime, timezone
from importlib.metadata import version

import aio_pika
from aio_pika.exceptions import ChannelNotFoundEntity, QueueEmpty

import messages
from messages import MESSAGES, PREFETCH, TIMESTAMP, check, same


async def publish(exchange, key, sequence):
    return await exchange.publish(
        aio_pika.Message(
            messages.body(sequence),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            timestamp=TIMESTAMP,
            expiration=600,
            headers=messages.headers(sequence),
            **messages.properties(sequence),
        ),
        key,
        mandatory=True,
    )


def check_message(sequence, message):
    same("the body", message.body, messages.body(sequence))
    same("the headers", message.headers, messages.headers(sequence))
    same("the delivery mode", message.delivery_mode, aio_pika.DeliveryMode.PERSISTENT)
    same("the timestamp", message.timestamp, datetime.fromtimestamp(TIMESTAMP, timezone.utc))
    same("the expiration", message.expiration, 600)
    for name, value in messages.properties(sequence).items():
        same(name, getattr(message, name), value)


async def check_return(exchange):
    returned = await publish(exchange, "nowhere", 1)
    delivery = getattr(returned, "delivery", None)
    check(delivery is not None, f"the unroutable message was not returned, but {returned}.")
    same("the return's code", delivery.reply_code, 312)
    same("the return's text", delivery.reply_text, "NO_ROUTE")
    same("the returned key", delivery.routing_key, "nowhere")
    same("the returned body", returned.body, messages.body(1))


async def consume(channel, queue):
    await channel.set_qos(prefetch_count=PREFETCH)
    deliveries = asyncio.Queue()
    consumer = await queue.consume(deliveries.put)
    order = messages.Order()
    while not order.done():
        try:
            message = await asyncio.wait_for(deliveries.get(), 20)
        except TimeoutError:
            raise AssertionError(f"message {order.next} did not come.") from None
        sequence = message.headers["sequence"]
        check_message(sequence, message)
        action = order.take(sequence, message.redelivered)
        if order.next == PREFETCH:
            state = await count(channel, queue.name)
            same("the ready count behind the prefetch", state.message_count, MESSAGES - PREFETCH)
            same("the consumer count", state.consumer_count, 1)
        if action == "requeue":
            await message.nack(requeue=True)
        elif action != "hold":
            await message.ack(multiple=action == "ack all")
    await queue.cancel(consumer)
    check(deliveries.empty(), "there was a delivery after the last one.")


async def count(channel, name):
    # A robust channel answers a passive declare of a queue that it declared without the broker.
    underlay = await channel.get_underlay_channel()
    return await underlay.queue_declare(name, passive=True)


async def get_and_purge(channel, exchange, queue):
    for sequence in range(3):
        await publish(exchange, "round.get", sequence)
    message = await queue.get()
    check_message(0, message)
    same("the count after the message that was got", message.message_count, 2)
    await message.ack()
    state = await count(channel, queue.name)
    same("the consumer count after the cancel", state.consumer_count, 0)
    same("the count before the purge", state.message_count, 2)
    same("the purged count", (await queue.purge()).message_count, 2)
    try:
        await queue.get()
        check(False, "the purged queue gave a message.")
    except QueueEmpty:
        pass


async def ask_for_a_missing_queue(connection, queue):
    channel = await connection.channel()
    try:
        await channel.declare_queue(queue.name + ".missing", passive=True)
        check(False, "the missing queue was found.")
    except ChannelNotFoundEntity as e:
        check("NOT_FOUND - no queue" in str(e), f"the missing queue gave '{e}'.")
    await count(await connection.channel(), queue.name)


async def round_on(uri):
    async with await aio_pika.connect_robust(uri, timeout=20) as connection:
        channel = await connection.channel(publisher_confirms=True)
        name = messages.name()
        for _ in range(2):
            exchange = await channel.declare_exchange(
                name, aio_pika.ExchangeType.TOPIC, durable=True, auto_delete=True
            )
            queue = await channel.declare_queue(
                name, durable=True, arguments=messages.QUEUE_ARGUMENTS
            )
        await queue.bind(exchange, "round.#")
        confirms = await asyncio.gather(
            *(publish(exchange, f"round.{sequence}", sequence) for sequence in range(MESSAGES))
        )
        for confirm in confirms:
            same("the answer to a message", type(confirm).__name__, "Ack")
        await check_return(exchange)
        await consume(channel, queue)
        await get_and_purge(channel, exchange, queue)
        await ask_for_a_missing_queue(connection, queue)
        await exchange.delete()
        deleted = await queue.delete(if_unused=False, if_empty=False)
        same("the count in the deleted queue", deleted.message_count, 0)
    check(connection.is_closed, "the connection is still open after its close.")


messages.run(f"aio-pika {version('aio-pika')}", lambda uri: asyncio.run(round_on(uri)))
