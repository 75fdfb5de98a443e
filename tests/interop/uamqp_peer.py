# A peer of uamqp, the C library of Microsoft's under Python, for amqp_uamqp_tls.test.cpp.
#   python3 uamqp_peer.py PORT CA    sends messages of every kind, and wants them back on a second connection
# It says "ok" at the end, or what was wrong.
import sys
import uuid

import uamqp
from uamqp import Message, MessageBodyType, authentication, types
from uamqp.message import MessageHeader, MessageProperties

port, authority = int(sys.argv[1]), sys.argv[2]

VALUES = [
    True, False, types.AMQPuByte(255), types.AMQPuShort(65535), types.AMQPuInt(4294967295),
    types.AMQPuLong(18446744073709551615), types.AMQPByte(-128), types.AMQPShort(-32768), types.AMQPInt(-2147483648),
    types.AMQPLong(-9223372036854775808), -0.1, uuid.UUID('550e8400-e29b-41d4-a716-446655440000'),
    'h\u00e4user \U0001F600', types.AMQPSymbol('symbol'), bytearray(b'\0\1'),
]


def payload(size):
    return bytes(i * 131 >> 3 & 255 for i in range(size))


def full(body, **more):
    header = MessageHeader()
    header.durable = True
    header.priority = 9
    return Message(
        body, header=header,
        properties=MessageProperties(message_id='m-1', user_id=b'me', to='there', subject='that', reply_to='here',
                                     correlation_id='c-1', content_type='application/json', content_encoding='utf-8'),
        annotations={types.AMQPSymbol('x-opt-text'): 'm'},
        application_properties={b'text': 'a'}, **more)


messages = [full(value, body_type=MessageBodyType.Value) for value in VALUES]
messages += [full([1, b'two'], body_type=MessageBodyType.Value)]
messages += [Message(payload(size), body_type=MessageBodyType.Data) for size in (1, 255, 256, 4096, 65536, 1048576)]

sender = uamqp.SendClient(
    f'amqps://localhost:{port}/echo',
    auth=authentication.SASLPlain('localhost', 'me', 'secret', port=port, verify=authority))
for m in messages:
    sender.queue_message(m)
states = sender.send_all_messages(close_on_done=True)
assert all(state == uamqp.constants.MessageState.SendComplete for state in states), states

receiver = uamqp.ReceiveClient(
    f'amqps://localhost:{port}/echo', auto_complete=True, prefetch=10,
    auth=authentication.SASLAnonymous('localhost', port=port, verify=authority))
received = []
while len(received) < len(messages):
    batch = receiver.receive_message_batch(max_batch_size=10, timeout=10000)
    assert batch, len(received)
    received += batch
receiver.close()


def plain(value):
    if isinstance(value, types.AMQPType):
        value = value.value
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, bytearray):
        return bytes(value)
    return value.encode() if isinstance(value, str) else value


for i, (sent, back) in enumerate(zip(messages, received)):
    if i > len(VALUES):
        assert b''.join(back.get_data()) == b''.join(sent.get_data()), i
        continue
    wanted = plain(VALUES[i]) if i < len(VALUES) else [1, b'two']
    assert plain(back.get_data()) == wanted, (i, back.get_data(), wanted)
    assert back.header.durable and back.header.priority == 9
    p = back.properties
    found = (p.message_id, p.user_id, p.to, p.subject, p.reply_to, p.correlation_id, p.content_type, p.content_encoding)
    assert found == (b'm-1', b'me', b'there', b'that', b'here', b'c-1', b'application/json', b'utf-8'), i
    assert back.annotations == {b'x-opt-text': b'm'}, back.annotations
    assert back.application_properties == {b'text': b'a'}, back.application_properties
print('ok')
