// A peer of the package rhea for amqp_rhea.test.cpp.
//   node rhea_peer.js server PORT    gives back each message on the link from the same node, or does with it what its
//                                    subject says
//   node rhea_peer.js client PORT    sends messages of every kind, and wants them back
// A message of a format other than 0 is read and written again value by value, each with its type; one of format 0 as
// what rhea makes of it. It says "ok" at the end, or what was wrong.
'use strict';

const assert = require('assert');
const rhea = require('rhea');
const { types, message } = rhea;

const port = Number(process.argv[3]);
const TYPED = 0x48570000;

function fail(why) {
  console.log(why && why.stack ? why.stack : JSON.stringify(why));
  process.exit(1);
}
process.on('uncaughtException', fail);

function rewritten(bytes) {
  const reader = new types.Reader(bytes);
  const writer = new types.Writer();
  while (reader.remaining()) writer.write(reader.read());
  return Buffer.from(writer.toBuffer());
}

function server() {
  rhea.options.max_frame_size = 4096;
  rhea.sasl_server_mechanisms.enable_anonymous();
  rhea.sasl_server_mechanisms.enable_plain((user, password) => user === 'me' && password === 'secret');
  const back = {};
  rhea.on('sender_open', (context) => {
    back[context.sender.source.address] = context.sender;
    context.sender.set_source({ address: context.sender.source.address });
  });
  rhea.on('receiver_open', (context) => {
    if (context.receiver.target.address === 'closed') {
      context.receiver.close({ condition: 'amqp:not-found', description: 'no such node' });
    }
  });
  rhea.on('message', (context) => {
    const m = context.message;
    if (context.format) {
      back.echo.send(rewritten(m), undefined, context.format);
      return context.delivery.accept();
    }
    switch (m.subject) {
      case 'release': return context.delivery.release();
      case 'reject': return context.delivery.reject({ condition: 'amqp:not-allowed', description: 'not this one' });
      case 'modify': return context.delivery.modified({ delivery_failed: true, undeliverable_here: true,
        message_annotations: { a: 1 } });
    }
    back.echo.send(m);
    return context.delivery.accept();
  });
  rhea.on('connection_close', () => { console.log('ok'); listener.close(); });
  rhea.on('disconnected', () => {});
  const listener = rhea.listen({ port, host: '127.0.0.1', receiver_options: { autoaccept: false } });
  rhea.options.receiver_options = { autoaccept: false };
  listener.on('listening', () => console.log('listening'));
}

// New ones each time: to be sent as a body changes them.
const samples = () => ({
  'null': types.Null(),
  'true': types.wrap_boolean(true), 'false': types.Boolean(false),
  'ubyte': types.wrap_ubyte(255), 'ushort': types.wrap_ushort(65535),
  'uint0': types.Uint0(), 'smalluint': types.SmallUint(255), 'uint': types.Uint(4294967295),
  'ulong0': types.Ulong0(), 'smallulong': types.SmallUlong(255), 'ulong': types.Ulong(9007199254740991),
  'byte': types.wrap_byte(-128), 'short': types.wrap_short(-32768),
  'smallint': types.SmallInt(-128), 'int': types.Int(-2147483648),
  'smalllong': types.SmallLong(-128), 'long': types.Long(-9007199254740991),
  'float': types.wrap_float(1.5), 'double': types.wrap_double(-0.1),
  'decimal32': types.Decimal32(Buffer.from('22500001', 'hex')),
  'decimal64': types.Decimal64(Buffer.from('2238000000000001', 'hex')),
  'decimal128': types.Decimal128(Buffer.from('22080000000000000000000000000001', 'hex')),
  'char': types.wrap_char(0x1F600), 'timestamp': types.wrap_timestamp(-1),
  'uuid': types.wrap_uuid(Buffer.from('550e8400e29b41d4a716446655440000', 'hex')),
  'vbin8': types.Vbin8(Buffer.from([0, 1])), 'vbin32': types.Vbin32(Buffer.from([0, 1])),
  'str8': types.Str8('h\u00e4user \u{1F600}'), 'str32': types.Str32('h\u00e4user \u{1F600}'),
  'sym8': types.Sym8('symbol'), 'sym32': types.Sym32('symbol'),
});
const compounds = {
  'list0': types.List0(),
  'list32': types.wrap_list([1, 'two', true]),
  'map32': types.wrap_map({ a: 1, b: 'c' }),
  'array32': types.wrap_array([1, 2, 3], 0x54),
  'described': types.wrap_described('1;2', 'com.example:point'),
};

function full() {
  return {
    durable: true, priority: 9, ttl: 60000, first_acquirer: true, delivery_count: 2,
    delivery_annotations: { 'x-opt-delivery': 'd' },
    message_annotations: { 'x-opt-text': 'm', 'x-opt-number': -1 },
    message_id: 'm-1', user_id: Buffer.from('me'), to: 'there', subject: 'that', reply_to: 'here', correlation_id: 7,
    content_type: 'application/json', content_encoding: 'utf-8', absolute_expiry_time: new Date(253402300799999),
    creation_time: new Date(1456481802000), group_id: 'g', group_sequence: 4294967295, reply_to_group_id: 'h',
    application_properties: { text: 'a', number: 1.5, yes: true },
  };
}

function client() {
  const bodies = [];
  for (const value of Object.values(samples()).concat(Object.values(compounds))) bodies.push(value);
  bodies.push(message.data_section(Buffer.from('one')));
  bodies.push(message.data_sections([Buffer.from('one'), Buffer.alloc(0), Buffer.from('two')]));
  bodies.push(message.sequence_section([1, 'two']));
  bodies.push(message.sequence_sections([[1], ['two', null]]));
  for (const size of [0, 255, 256, 65536, 1048576]) bodies.push(message.data_section(Buffer.alloc(size, 0x5a)));
  const sent = bodies.map((body) => ({ ...full(), body }));
  sent.push({ ...full(), application_properties: samples(), body: 'all' });

  const outcomes = { release: 'released', reject: 'rejected', modify: 'modified', accept: 'accepted' };
  const seen = [];
  let next = 0;
  const connection = rhea.connect({
    port, host: '127.0.0.1', reconnect: false, max_frame_size: 1024, idle_time_out: 60000, container_id: 'rhea',
    username: 'me', password: 'secret', properties: { product: 'rhea' },
  });
  connection.open_receiver({ source: 'echo', properties: { 'x-opt-link': 'value' }, credit_window: 100 });
  const sender = connection.open_sender('echo');
  sender.once('sendable', go_on);
  const control = connection.open_sender('outcomes');
  for (const event of Object.values(outcomes)) {
    control.on(event, (context) => {
      if (event === 'rejected') assert.strictEqual(context.delivery.remote_state.error.condition, 'amqp:not-allowed');
      if (event === 'modified') assert.strictEqual(context.delivery.remote_state.undeliverable_here, true);
      seen.push(event);
      if (seen.length !== 5) return;
      assert.deepStrictEqual(seen, ['released', 'rejected', 'released', 'modified', 'accepted']);  // so rhea says it
      connection.close();
    });
  }
  function go_on() {
    if (next < sent.length) return sender.send(sent[next]);
    for (const subject of Object.keys(outcomes)) control.send({ subject, body: 'x' });
  }
  connection.on('message', (context) => {
    const wanted = message.decode(message.encode(sent[next]));
    assert.deepEqual(context.message, wanted, `message ${next}`);  // to rhea, a boolean of one byte is 0 or 1
    ++next;
    go_on();
  });
  connection.on('connection_close', () => console.log('ok'));
  connection.on('disconnected', () => fail('disconnected'));
}

process.argv[2] === 'client' ? client() : server();
