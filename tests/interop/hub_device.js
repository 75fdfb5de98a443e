// A device, and a module of it, of the Azure SDK for Node, for the tests of the hub: over any of its transports.
//   node hub_device.js TRANSPORT PORT CA DEVICE KEY WHAT
// TRANSPORT is mqtt, mqtt-ws, amqp or amqp-ws; the key is the device's, and the module's. WHAT is
//   everything    all that the SDK can do
//   send          sends a message with all properties
//   receive       takes messages until the last one, settles each as it asks for, and shows it
// It says "ok" at the end, or what was wrong.
'use strict';

const assert = require('assert');
const fs = require('fs');
const https = require('https');
const tls = require('tls');
const {NoRetry} = require('azure-iot-common');
const {Client, Message, ModuleClient} = require('azure-iot-device');

const [transportName, port, caFile, deviceId, key, what] = process.argv.slice(2);
const ca = fs.readFileSync(caFile, 'utf8');
const isMqtt = transportName.startsWith('mqtt');
const transport = {
  'mqtt': () => require('azure-iot-device-mqtt').Mqtt,
  'mqtt-ws': () => require('azure-iot-device-mqtt').MqttWs,
  'amqp': () => require('azure-iot-device-amqp').Amqp,
  'amqp-ws': () => require('azure-iot-device-amqp').AmqpWs,
}[transportName]();

/// WebSocket is always at port 443 for the SDK; this leads it to ours.
function agentForOurPort() {
  const agent = new https.Agent();
  agent.createConnection = (options) => tls.connect({...options, host: 'localhost', port: Number(port), servername: 'localhost', ca, path: undefined});
  return agent;
}

function open(ClientType, identity, itsKey) {
  const gateway = transportName.endsWith('-ws') ? 'localhost' : `localhost:${port}`;
  const client = ClientType.fromConnectionString(
    `HostName=hubwire.azure-devices.net;${identity};SharedAccessKey=${itsKey};GatewayHostName=${gateway}`, transport);
  client.setRetryPolicy(new NoRetry());
  const options = {ca};
  if (transportName === 'mqtt-ws') options.mqtt = {webSocketAgent: agentForOurPort()};
  if (transportName === 'amqp-ws') options.amqp = {webSocketAgent: agentForOurPort()};
  return client.setOptions(options).then(() => client.open()).then(() => client);
}

function allBytes() {
  return Buffer.from(Array.from({length: 256}, (_, i) => i));
}

/// A message with all that the SDK can say of one.
function fullMessage() {
  const message = new Message(JSON.stringify({temperature: 21.5, note: '\u6c34\u6e29'}));
  message.messageId = 'message-1';
  message.correlationId = 'correlation-1';
  message.userId = 'user 1';
  message.to = 'some/where';
  message.expiryTimeUtc = isMqtt ? new Date(1893553445006) : 1893553445006;
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  message.properties.add('site', 'Building 43');
  message.properties.add('\u6c34 & = ? / # + %', '\u6e29 & = ? / # + %');
  message.properties.add('empty', '');
  message.properties.add('iothub-creation-time-utc', '2021-01-29T16:45:39.021Z');
  return message;
}

async function sendTelemetry(client) {
  await client.sendEvent(fullMessage());
  const binary = new Message(allBytes());
  binary.messageId = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  await client.sendEvent(binary);
  await client.sendEvent(new Message(''));
  const security = new Message('attack');
  security.setAsSecurityMessage();
  await client.sendEvent(security);
  await client.sendEvent(new Message(Buffer.alloc(200 * 1024, 'x')));
}

/// Takes the messages to the device until one says that it is the last, and settles them as they say.
function receiveMessages(client) {
  const received = [];
  let settled = Promise.resolve();
  return new Promise((resolve, reject) => {
    client.on('message', (message) => {
      received.push(message);
      const how = isMqtt ? 'complete' : message.properties.getValue('settle') || 'complete';
      // One after the other: of two that are settled at once rhea takes the second for what the first one is.
      settled = settled.then(() => new Promise((next) => setTimeout(next, 10))).then(() => client[how](message)).then(() => {
        if (message.data.toString() === 'the last') resolve(received);
      });
      settled.catch(reject);
    });
  });
}

function propertiesOf(message) {
  return message.properties.propertyList.map(({key, value}) => `${key}=${value}`);
}

function checkFullMessageToDevice(message) {
  assert.strictEqual(message.data.toString(), 'close the valve');
  assert.strictEqual(message.messageId, 'alert-1');
  assert.strictEqual(message.correlationId, 'correlation-2');
  if (isMqtt) assert.strictEqual(message.userId.toString(), 'hubwire');  // the SDK loses it over AMQP
  assert.strictEqual(message.to, `/devices/${deviceId}/messages/devicebound`);
  assert.strictEqual(message.contentType, 'text/plain');
  assert.strictEqual(message.contentEncoding, 'utf-8');
  assert.strictEqual(new Date(message.expiryTimeUtc).getTime(), 1893553445006);
  assert.strictEqual(isMqtt ? message.properties.getValue('iothub-ack') : message.ack, 'full');
  assert.deepStrictEqual(propertiesOf(message).filter((p) => !p.startsWith('iothub-')),
    ['level=3', 'settle=complete', 'quoted=a%20b&c']);
}

async function useTwin(client) {
  const twin = await client.getTwin();
  assert.strictEqual(twin.properties.desired.interval, 60);
  assert.deepStrictEqual(twin.properties.desired.nested, {a: 1, b: [1, {c: '\u6c34'}]});
  assert.strictEqual(twin.properties.desired.$version, 2);
  assert.strictEqual(twin.properties.reported.$version, 1);
  const changed = new Promise((resolve) => {
    twin.on('properties.desired', (patch) => {
      if (patch.$version === 3) resolve(patch);
    });
  });
  await new Promise((resolve, reject) => {
    twin.properties.reported.update({firmware: '1.0', old: true, nested: {x: 1, y: 2}}, (why) => why ? reject(why) : resolve());
  });
  await new Promise((resolve, reject) => {
    twin.properties.reported.update({old: null, nested: {x: null}}, (why) => why ? reject(why) : resolve());
  });
  const patch = await changed;
  assert.strictEqual(patch.interval, 30);
  assert.strictEqual(twin.properties.desired.interval, 30);
  assert.strictEqual(twin.properties.desired.nested.a, undefined);
}

/// Answers a call of the method `echo` with what it was called with, and resolves when `last` was called.
function answerMethods(on) {
  return new Promise((resolve, reject) => {
    on('echo', (request, response) => {
      response.send(201, {method: request.methodName, payload: request.payload}).catch(reject);
    });
    on('last', (request, response) => {
      response.send(200).then(resolve, reject);
    });
  });
}

async function runDevice() {
  await assert.rejects(open(Client, `DeviceId=${deviceId}`, Buffer.from('another key').toString('base64')), (why) => {
    assert.match(why.name, /Unauthorized|NotConnected/);
    return true;
  });
  const client = await open(Client, `DeviceId=${deviceId}`, key);
  await sendTelemetry(client);
  const received = await receiveMessages(client);
  checkFullMessageToDevice(received[0]);
  assert.ok(received[1].data.equals(allBytes()));
  assert.deepStrictEqual(received.slice(2).map((m) => m.data.toString()), ['the last']);
  await useTwin(client);
  await answerMethods((name, handle) => client.onDeviceMethod(name, handle));
  await client.close();

  // What is sent meanwhile waits for it.
  const again = await open(Client, `DeviceId=${deviceId}`, key);
  const later = await receiveMessages(again);
  assert.strictEqual(later.length, 1);
  await again.close();
}

async function runModule() {
  const client = await open(ModuleClient, `DeviceId=${deviceId};ModuleId=camera`, key);
  const arrives = new Promise((resolve) => client.on('inputMessage', (input, message) => resolve({input, message})));
  const sent = new Message('seen');
  sent.messageId = 'picture-1';
  sent.properties.add('colour', 'light blue');
  await client.sendEvent(new Message('to the hub'));
  // The input is subscribed to before anything can be routed to it.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await client.sendOutputEvent('pictures', sent);
  const {input, message} = await arrives;
  assert.strictEqual(input, 'archive');
  assert.strictEqual(message.data.toString(), 'seen');
  assert.strictEqual(message.messageId, 'picture-1');
  assert.ok(propertiesOf(message).includes('colour=light blue'));
  await useTwin(client);
  await answerMethods((name, handle) => client.onMethod(name, handle));
  await client.close();
}

async function runSender() {
  const client = await open(Client, `DeviceId=${deviceId}`, key);
  const message = fullMessage();
  message.properties.add('plain', '#43_a%20b&c|~');  // which a message to a device can have, too
  await client.sendEvent(message);
  await client.close();
}

async function runReceiver() {
  const client = await open(Client, `DeviceId=${deviceId}`, key);
  for (const m of await receiveMessages(client)) {
    console.log(JSON.stringify([m.messageId, m.correlationId, m.contentType, m.contentEncoding, m.data.toString(),
      new Date(m.expiryTimeUtc).getTime(), ...propertiesOf(m).filter((p) => !p.startsWith('iothub-')).sort()]));
  }
  await client.close();
}

const run = {
  everything: () => runDevice().then(runModule),
  send: runSender,
  receive: runReceiver,
}[what];

run().then(() => {
  console.log('ok');
  process.exit(0);
}).catch((why) => {
  console.log(why);
  process.exit(1);
});
