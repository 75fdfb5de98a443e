// A service of the Azure SDK for Node, for the tests of the hub: node hub_service.js PORT DEVICE POLICY KEY
// It sends messages to a device, and hears what becomes of them; NODE_EXTRA_CA_CERTS names the authority. It says "ok" at
// the end, or what was wrong.
'use strict';

const assert = require('assert');
const {Client} = require('azure-iothub');
const {Message} = require('azure-iot-common');

const [port, deviceId, policy, key] = process.argv.slice(2);

function clientWith(itsKey) {
  return Client.fromConnectionString(
    `HostName=localhost:${port};SharedAccessKeyName=${policy};SharedAccessKey=${itsKey}`);
}

function messageOf(id, body, ack, settle) {
  const message = new Message(body);
  message.messageId = id;
  message.ack = ack;
  if (settle) message.properties.add('settle', settle);
  return message;
}

async function main() {
  const stranger = clientWith(Buffer.from('another key').toString('base64'));
  stranger.setRetryPolicy({shouldRetry: () => false, nextRetryTimeout: () => -1});
  await assert.rejects(stranger.open());

  const client = clientWith(key);
  await client.open();
  const receiver = await new Promise((resolve, reject) => {
    client.getFeedbackReceiver((why, its) => why ? reject(why) : resolve(its));
  });
  const wanted = 5;
  const told = new Promise((resolve, reject) => {
    const records = [];
    receiver.on('message', (message) => {
      try {
        assert.strictEqual(message.contentType, 'application/vnd.microsoft.iothub.feedback.json');
        records.push(...JSON.parse(message.data.toString()));
      } catch (why) {
        return reject(why);
      }
      receiver.complete(message).then(() => {
        if (records.length >= wanted) resolve(records);
      }, reject);
    });
  });

  const full = messageOf('full', 'close the valve', 'full', 'complete');
  full.correlationId = 'correlation-2';
  full.contentType = 'text/plain';
  full.contentEncoding = 'utf-8';
  full.expiryTimeUtc = 1893553445006;
  full.properties.add('level', '3');
  await client.send(deviceId, full);
  await client.send(deviceId, messageOf('silent', 'nobody asks', 'none'));
  await client.send(deviceId, messageOf('rejected', 'no thanks', 'full', 'reject'));
  await client.send(deviceId, messageOf('abandoned', 'not now', 'negative', 'abandon'));
  const expired = messageOf('expired', 'too late', 'full');
  expired.expiryTimeUtc = Date.now() - 1000;
  await client.send(deviceId, expired);
  await client.send(deviceId, messageOf('positive', 'before the last', 'positive', 'complete'));
  await assert.rejects(client.send('nobody', messageOf('lost', 'x', 'full')));

  const records = await told;
  assert.deepStrictEqual(records.map((r) => [r.originalMessageId, r.statusCode || 'Success']).sort(), [
    ['abandoned', 'DeliveryCountExceeded'],
    ['expired', 'Expired'],
    ['full', 'Success'],
    ['positive', 'Success'],
    ['rejected', 'Rejected'],
  ]);
  for (const r of records) {
    assert.strictEqual(r.deviceId, deviceId);
    assert.strictEqual(r.deviceGenerationId, '6000000');
    assert.ok(Math.abs(new Date(r.enqueuedTimeUtc) - Date.now()) < 60000);
  }
  await client.send(deviceId, messageOf('last', 'the last', 'negative', 'complete'));
  await client.close();
}

main().then(() => {
  console.log('ok');
  process.exit(0);
}).catch((why) => {
  console.log(why);
  process.exit(1);
});
