# A peer of Qpid Proton for amqp_proton.test.cpp.
#   python3 proton_peer.py server PORT          gives back each message on the link from the same node, or does with it
#                                               what its subject says
#   python3 proton_peer.py client PORT          sends messages of every kind, and wants them back
#   python3 proton_peer.py transactions PORT    sends and receives within transactions
# It says "ok" at the end, or what was wrong.
import os
import sys
import traceback
import uuid

from proton import (Array, Data, Delivery, Described, Message, UNDESCRIBED, byte, char, decimal32, decimal64,
                    decimal128, float32, int32, short, symbol, timestamp, ubyte, uint, ulong, ushort)
from proton.handlers import MessagingHandler, TransactionHandler
from proton.reactor import Container


# What is raised within a handler would be lost in the loop around it.
def guarded(handle):
    def run(self, event):
        try:
            handle(self, event)
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
            os._exit(1)
    return run


class Server(MessagingHandler):
    def __init__(self, port):
        super().__init__(auto_accept=False, prefetch=1000)
        self.port = port
        self.back = {}

    @guarded
    def on_start(self, event):
        self.listener = event.container.listen(f'127.0.0.1:{self.port}')
        print('listening', flush=True)

    @guarded
    def on_link_opening(self, event):
        link = event.link
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        if link.is_sender:
            self.back[link.remote_source.address] = link

    @guarded
    def on_message(self, event):
        what = event.message.subject
        if what == 'release':
            return self.release(event.delivery, delivered=False)
        if what == 'reject':
            return self.reject(event.delivery)
        if what == 'modify':
            event.delivery.local.failed = True
            event.delivery.local.undeliverable = True
            event.delivery.update(Delivery.MODIFIED)
            return event.delivery.settle()
        self.back['echo'].send(event.message)
        self.accept(event.delivery)

    @guarded
    def on_connection_closing(self, event):
        print('ok', flush=True)
        self.listener.close()


VALUES = [
    None, True, False, ubyte(0), ubyte(255), ushort(0), ushort(65535), uint(0), uint(255), uint(256), uint(4294967295),
    ulong(0), ulong(255), ulong(256), ulong(18446744073709551615), byte(-128), short(-32768), int32(0), int32(-128),
    int32(128), int32(-2147483648), -128, 128, -9223372036854775808, float32(1.5), -0.1, decimal32(0x22500001),
    decimal64(0x2238000000000001), decimal128(bytes.fromhex('22080000000000000000000000000001')), char('a'),
    char('\U0001F600'), timestamp(-1), timestamp(253402300799999), uuid.UUID('550e8400-e29b-41d4-a716-446655440000'),
    b'', b'\0\0', b'\1' * 300, '', 'h\u00e4user \U0001F600', 'x' * 300, symbol('symbol'), symbol('x' * 300),
]
COMPOUNDS = [
    [], [int32(1), 'two', [symbol('three')]], VALUES,
    {}, {'text': 't', symbol('symbol'): uint(1), ulong(3): None, 'deeper': {'still': True}},
    Array(UNDESCRIBED, Data.INT, 1, -1, 70000), Array(UNDESCRIBED, Data.SYMBOL, 'a', 'bc'),
    Described(symbol('com.example:point'), '1;2'), Described(ulong(0x468C00000004), [1.5]),
]


def full(body, **more):
    return Message(
        body=body, durable=True, priority=9, ttl=60, first_acquirer=True, delivery_count=2,
        instructions={symbol('x-opt-delivery'): 'd'},
        annotations={symbol('x-opt-text'): 'm', symbol('x-opt-number'): -1},
        id='m-1', user_id=b'me', address='there', subject='that', reply_to='here', correlation_id=ulong(7),
        content_type='application/json', content_encoding='utf-8', expiry_time=253402300799.999,
        creation_time=1456481802, group_id='g', group_sequence=4294967295, reply_to_group_id='h', **more)


# A client is done when its connection is closed, and by nothing else.
class Guest(MessagingHandler):
    @guarded
    def on_connection_closed(self, event):
        print('ok', flush=True)

    @guarded
    def on_transport_error(self, event):
        raise RuntimeError(event.transport.condition)


class Client(Guest):
    def __init__(self, port):
        super().__init__(auto_settle=True, prefetch=1000)
        self.port = port
        self.sent = [full(value, properties={'text': 'a'}) for value in VALUES + COMPOUNDS]
        self.sent.append(full('all', properties={str(i): value for i, value in enumerate(VALUES)}))
        for size in 0, 1, 255, 256, 4096, 65536, 1048576:
            self.sent.append(Message(body=bytes(i * 131 >> 3 & 255 for i in range(size)), inferred=True))
        self.sent.append(Message(body=[int32(1), 'two'], inferred=True))
        self.next = 0
        self.begun = False
        self.subjects = ['release', 'reject', 'modify', 'accept']
        self.outcomes = []

    @guarded
    def on_start(self, event):
        self.connection = event.container.connect(
            f'127.0.0.1:{self.port}', user='me', password='secret', allowed_mechs='PLAIN', reconnect=False,
            heartbeat=30, max_frame_size=1024)
        event.container.create_receiver(self.connection, 'echo')
        self.control = event.container.create_sender(self.connection, 'outcomes')
        self.sender = event.container.create_sender(self.connection, 'echo')

    @guarded
    def on_sendable(self, event):
        if event.sender == self.sender and not self.begun:
            self.begun = True
            self.go_on()

    def go_on(self):
        if self.next < len(self.sent):
            return self.sender.send(self.sent[self.next])
        for subject in self.subjects:
            self.control.send(Message(subject=subject, body='x'))

    @guarded
    def on_message(self, event):
        wanted = self.sent[self.next]
        assert event.message.encode() == wanted.encode(), f'{self.next}: {event.message} instead of {wanted}'
        self.next += 1
        self.go_on()

    @guarded
    def on_delivery(self, event):
        d = event.delivery
        if event.link != self.control or not d.updated or not d.remote_state:
            return
        if d.remote_state == Delivery.REJECTED:
            assert d.remote.condition.name == 'amqp:not-allowed'
            assert d.remote.condition.description == 'not this one'
        if d.remote_state == Delivery.MODIFIED:
            assert d.remote.failed and d.remote.undeliverable
        self.outcomes.append(d.remote_state)
        if len(self.outcomes) == len(self.subjects):
            wanted = [Delivery.RELEASED, Delivery.REJECTED, Delivery.MODIFIED, Delivery.ACCEPTED]
            assert self.outcomes == wanted, self.outcomes
            self.connection.close()


class Transactions(Guest, TransactionHandler):
    """Rolls the first one back, commits the second one, takes what comes back within the third one, and fails to
    commit the fourth one."""
    def __init__(self, port):
        super().__init__(auto_accept=False, auto_settle=True, prefetch=0)
        self.port = port
        self.count = 0

    @guarded
    def on_start(self, event):
        self.container = event.container
        self.connection = event.container.connect(f'127.0.0.1:{self.port}', allowed_mechs='ANONYMOUS', reconnect=False)
        self.sender = event.container.create_sender(self.connection, 'echo')
        self.receiver = event.container.create_receiver(self.connection, 'echo')
        self.begun = False

    @guarded
    def on_sendable(self, event):
        if event.sender == self.sender and not self.begun:
            self.begun = True
            self.declare()

    def declare(self):
        self.container.declare_transaction(self.connection, handler=self)

    @guarded
    def on_transaction_declared(self, event):
        self.count += 1
        t = self.transaction = event.transaction
        if self.count == 3:
            return self.receiver.flow(2)
        for i in range(2):
            t.send(self.sender, Message(body=f'{self.count}.{i}'))
        t.abort() if self.count == 1 else t.commit()

    @guarded
    def on_message(self, event):
        self.transaction.accept(event.delivery)
        if event.message.body == '2.1':
            self.transaction.commit()

    @guarded
    def on_transaction_aborted(self, event):
        assert self.count == 1
        self.declare()

    @guarded
    def on_transaction_committed(self, event):
        assert self.count in (2, 3)
        self.declare()

    @guarded
    def on_transaction_commit_failed(self, event):
        assert self.count == 4
        condition = event.delivery.remote.condition
        assert condition.name == 'amqp:transaction:rollback', condition
        self.connection.close()


Container({'server': Server, 'client': Client, 'transactions': Transactions}[sys.argv[1]](int(sys.argv[2]))).run()
