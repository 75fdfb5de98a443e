// A peer of the package ws for ws_js.test.cpp.
//   node ws_js_peer.js client PORT    sends messages of every size, wants their bytes back, and closes
//   node ws_js_peer.js server PORT    sends back what it gets
// It says "ok" at the end, or what was wrong.
'use strict';

const assert = require('assert');
const WebSocket = require('ws');

const port = Number(process.argv[3]);

function payloadOf(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; ++i) bytes[i] = (i * 131) >> 3;
  return bytes;
}

function fail(why) {
  console.log(why);
  process.exit(1);
}

function client() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/$iothub/websocket`, ['amqp', 'mqtt'], {perMessageDeflate: false});
  const sent = [0, 1, 125, 126, 65535, 65536, 1048576].map(payloadOf);
  const wanted = Buffer.concat(sent);
  let received = Buffer.alloc(0);
  let pongs = 0;
  socket.on('error', fail);
  socket.on('open', () => {
    assert.strictEqual(socket.protocol, 'mqtt');
    for (const message of sent) socket.send(message);
    socket.ping('still there?');
  });
  socket.on('pong', (data) => {
    assert.strictEqual(data.toString(), 'still there?');
    ++pongs;
  });
  socket.on('message', (data, isBinary) => {
    assert.ok(isBinary);
    received = Buffer.concat([received, data]);
    if (received.length === wanted.length) {
      assert.ok(received.equals(wanted));
      socket.close(1000, 'done');
    }
  });
  socket.on('close', (code, reason) => {
    assert.strictEqual(code, 1000);
    assert.strictEqual(reason.toString(), 'done');
    assert.strictEqual(pongs, 1);
    console.log('ok');
  });
}

function server() {
  const listener = new WebSocket.Server({port, host: '127.0.0.1', perMessageDeflate: false, handleProtocols: (offered) => [...offered][0]});
  listener.on('listening', () => console.log('listening'));
  listener.on('connection', (socket) => {
    socket.on('error', fail);
    socket.on('message', (data) => socket.send(data, {binary: true}));
    socket.ping('hello');
    socket.on('close', (code) => {
      assert.strictEqual(code, 1001);
      console.log('ok');
      listener.close();
    });
  });
}

process.on('uncaughtException', fail);
process.argv[2] === 'client' ? client() : server();
