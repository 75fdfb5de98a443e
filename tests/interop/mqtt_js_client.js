// A client of MQTT.js for mqtt_js.test.cpp: node mqtt_js_client.js URL. What it publishes to itself comes back byte for
// byte, at every QoS; then the next client gets what was retained. It says "ok" at the end, or what was wrong.
'use strict';

const assert = require('assert');
const mqtt = require('mqtt');

const url = process.argv[2];
const options = {
  protocolVersion: 4,
  reconnectPeriod: 0,
  connectTimeout: 30000,
};

function payloadOf(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; ++i) bytes[i] = (i * 131) >> 3;
  return bytes;
}

/// The next message that a client gets.
function nextMessage(client) {
  return new Promise((resolve) => client.once('message', (topic, payload, packet) => resolve({topic, payload, packet})));
}

async function main() {
  const first = await mqtt.connectAsync(url, {
    ...options,
    clientId: 'first',
    will: {topic: 'will/first', payload: 'gone', qos: 1, retain: false},
  });
  const granted = await first.subscribeAsync({'echo/#': {qos: 2}, 'will/#': {qos: 1}});
  assert.deepStrictEqual(granted.map((g) => g.qos), [2, 1]);

  for (const size of [0, 1, 127, 128, 16384, 65536, 1048576]) {
    for (const qos of [0, 1, 2]) {
      const sent = payloadOf(size);
      const arrives = nextMessage(first);
      await first.publishAsync('echo/\u6c34\u6e29', sent, {qos});
      const received = await arrives;
      assert.strictEqual(received.topic, 'echo/\u6c34\u6e29');
      assert.strictEqual(received.packet.qos, qos);
      assert.ok(received.payload.equals(sent), `${size} bytes at QoS ${qos}`);
    }
  }

  await first.publishAsync('kept', 'later', {qos: 1, retain: true});
  const second = await mqtt.connectAsync(url, {
    ...options,
    clientId: 'second',
    will: {topic: 'will/second', payload: 'gone', qos: 1, retain: false},
  });
  const kept = nextMessage(second);
  await second.subscribeAsync('kept', {qos: 2});
  const retained = await kept;
  assert.strictEqual(retained.payload.toString(), 'later');
  assert.ok(retained.packet.retain);

  const will = nextMessage(first);
  second.stream.destroy();
  assert.strictEqual((await will).topic, 'will/second');

  await first.unsubscribeAsync('echo/#');
  await first.endAsync();
  console.log('ok');
}

main().catch((why) => {
  console.log(why);
  process.exit(1);
});
