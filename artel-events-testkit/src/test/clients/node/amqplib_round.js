// The round with amqplib's promises.
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const amqplib = require('amqplib');
const { dependencies } = require('./package.json');

const MESSAGES = 200;
const PREFETCH = 10;
const REQUEUED = 50;
const QUEUE = {
  durable: true,
  maxLength: 1000,
  expires: 60000,
  arguments: { 'x-overflow': 'reject-publish' },
};

function body(sequence) {
  if (sequence === 0) return Buffer.alloc(0);
  if (sequence === MESSAGES - 1) return Buffer.alloc(256 * 1024, 'large');
  return Buffer.from(JSON.stringify({ sequence }));
}

function headers(sequence) {
  return {
    sequence,
    large: 2 ** 40,
    negative: -1,
    ratio: 1.5,
    flag: true,
    text: 'Größe',
    nothing: null,
    list: [1, 'two'],
    table: { inner: { deep: 'yes' } },
  };
}

function properties(sequence) {
  return {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    deliveryMode: 2,
    priority: 4,
    correlationId: `correlation-${sequence}`,
    replyTo: 'nobody',
    expiration: '600000',
    messageId: `message-${sequence}`,
    timestamp: 1700000000,
    type: 'round',
    appId: 'clients',
  };
}

/** Publishes a message; its confirm is noted among the events. */
function publish(channel, exchange, key, sequence, events = []) {
  const options = { ...properties(sequence), headers: headers(sequence), mandatory: true };
  channel.publish(exchange, key, body(sequence), options, (error) =>
    events.push(error ? `refused: ${error.message}` : 'confirmed'));
}

function checkMessage(sequence, message) {
  assert.ok(body(sequence).equals(message.content), `message ${sequence} has another body`);
  const { headers: itsHeaders, ...others } = message.properties;
  assert.deepEqual(itsHeaders, headers(sequence));
  assert.deepEqual(others, { ...properties(sequence), userId: undefined, clusterId: undefined });
}

async function publishAll(channel, exchange) {
  const events = [];
  channel.on('return', (message) => {
    checkMessage(1, message);
    const { replyCode, replyText, routingKey } = message.fields;
    events.push(`returned: ${replyCode} ${replyText} ${routingKey}`);
  });
  for (let sequence = 0; sequence < MESSAGES; sequence++) {
    publish(channel, exchange, `round.${sequence}`, sequence, events);
  }
  await channel.waitForConfirms();
  assert.deepEqual(events, Array(MESSAGES).fill('confirmed'));
  events.length = 0;
  publish(channel, exchange, 'nowhere', 1, events);
  await channel.waitForConfirms();
  assert.deepEqual(events, ['returned: 312 NO_ROUTE nowhere', 'confirmed']);
}

/** Consumes all. RabbitMQ lets an ack overtake a requeue: none is sent while that is awaited. */
async function consume(channel, queue) {
  await channel.prefetch(PREFETCH);
  const deliveries = [];
  let arrived = () => {};
  const { consumerTag } = await channel.consume(queue, (message) => {
    deliveries.push(message);
    arrived();
  });
  let next = 0;
  let again = false;
  while (next < MESSAGES || !again) {
    while (deliveries.length === 0) await new Promise((resolve) => (arrived = resolve));
    const message = deliveries.shift();
    const { sequence } = message.properties.headers;
    checkMessage(sequence, message);
    if (message.fields.redelivered) {
      assert.equal(sequence, REQUEUED, 'another message than the requeued one was redelivered');
      assert.ok(!again, 'the requeued message was redelivered twice');
      again = true;
      channel.ack(message, true);
      continue;
    }
    assert.equal(sequence, next++, 'another message than the next one was delivered');
    if (sequence === REQUEUED) {
      channel.nack(message, false, true);
    } else if (sequence > REQUEUED && !again) {
      assert.ok(sequence < REQUEUED + PREFETCH, 'the requeued message did not come at once');
    } else if (next === PREFETCH) {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      assert.deepEqual([messageCount, consumerCount], [MESSAGES - PREFETCH, 1], 'ready, consumers');
      channel.ack(message, true);
    } else if (next > PREFETCH) {
      channel.ack(message);
    }
  }
  await channel.cancel(consumerTag);
  assert.equal(deliveries.length, 0, 'there was a delivery after the last one');
}

async function getAndPurge(channel, exchange, queue) {
  for (let sequence = 0; sequence < 3; sequence++) {
    publish(channel, exchange, 'round.get', sequence);
  }
  await channel.waitForConfirms();
  const message = await channel.get(queue);
  checkMessage(0, message);
  assert.equal(message.fields.messageCount, 2, 'the count after the message that was got');
  channel.ack(message);
  const { messageCount, consumerCount } = await channel.checkQueue(queue);
  assert.deepEqual([messageCount, consumerCount], [2, 0], 'ready, consumers after the cancel');
  assert.equal((await channel.purgeQueue(queue)).messageCount, 2, 'the purged count');
  assert.equal(await channel.get(queue), false, 'the purged queue gave a message');
}

async function askForAMissingQueue(connection, queue) {
  const channel = await connection.createChannel();
  const closed = new Promise((resolve) => channel.on('close', resolve));
  channel.on('error', () => {}); // The same error refuses the call.
  await assert.rejects(channel.checkQueue(`${queue}.missing`), { code: 404 });
  await closed;
  await (await connection.createChannel()).checkQueue(queue);
}

async function round(uri) {
  const connection = await amqplib.connect(uri);
  const channel = await connection.createConfirmChannel();
  const exchange = `clients.${randomUUID()}`;
  const queue = exchange;
  for (let i = 0; i < 2; i++) {
    await channel.assertExchange(exchange, 'topic', { durable: true, autoDelete: true });
    await channel.assertQueue(queue, QUEUE);
  }
  await channel.bindQueue(queue, exchange, 'round.#');
  await publishAll(channel, exchange);
  await consume(channel, queue);
  await getAndPurge(channel, exchange, queue);
  await askForAMissingQueue(connection, queue);
  await channel.deleteExchange(exchange);
  assert.equal((await channel.deleteQueue(queue)).messageCount, 0, 'the deleted count');
  await connection.close();
}

process.exitCode = 1; // Also where the connection just ends, and with it all that is awaited.
const client = `amqplib ${dependencies.amqplib}`;
round(process.argv[2]).then(
  () => {
    console.log(`${client}: the round of ${MESSAGES} messages is done`);
    process.exitCode = 0;
  },
  (error) => {
    console.error(`${client}: ${error.message}`);
    process.exit(1);
  },
);
