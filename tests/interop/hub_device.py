# A device of uamqp, for the tests of the hub: python3 hub_device.py PORT CA DEVICE KEY
# It sends telemetry, one by one and in batches, and takes messages until the last one: each is completed, rejected or
# released as it asks for. It shows what it has received, and says "ok" at the end, or what was wrong.
import json
import sys

import uamqp
from uamqp import BatchMessage, Message, constants, types
from uamqp.message import MessageProperties

import hub_login

port, ca, device, key = sys.argv[1:]


def sender(auth):
    target = uamqp.address.Target("amqps://localhost/devices/{}/messages/events".format(device))
    return uamqp.SendClient(target, auth=auth)


def send(auth, *messages):
    client = sender(auth)
    client.queue_message(*messages)
    results = client.send_all_messages()
    assert results and all(r == constants.MessageState.SendComplete for r in results), results
    return len(results)


def full(id, body):
    return Message(
        body,
        properties=MessageProperties(
            message_id=id, user_id=b"user 1", correlation_id="correlation-" + id, content_type="application/json",
            content_encoding="utf-8", absolute_expiry_time=1893553445006),
        annotations={types.AMQPSymbol("iothub-interface-id"): "urn:example:1"},
        application_properties={"site": "Building 43", "level": types.AMQPInt(3)})


class InTheOrderOfC:
    """An encoded message with its sections where the SDK for C puts them: annotations behind all properties."""
    application_properties = None
    nothing = b"\x00\x53\x75\xa0\x00"  # an empty body

    def __init__(self, what):
        self.what = what

    def section(self, **content):
        encoded = Message(b"", **content).encode_message()
        assert encoded.endswith(self.nothing)
        return encoded[:-len(self.nothing)]

    def encode_message(self):
        m = self.what
        return (self.section(properties=m.properties) + self.section(application_properties=m.application_properties) +
                self.section(annotations=m.annotations) + Message(b"".join(m.get_data())).encode_message())


def send_telemetry():
    assert send(hub_login.device_plain(port, ca, device, key), full("one", '{"t":21.5}')) == 1
    auth = hub_login.device_cbs
    batch = BatchMessage([full("two", "2"), InTheOrderOfC(full("three", "3")), b"four"])
    assert send(auth(port, ca, device, key), batch) == 1
    many = BatchMessage((Message(str(i) * 10000) for i in range(10, 40)), multi_messages=True)
    many.max_message_length = 256 * 1024
    assert send(auth(port, ca, device, key), many) == 3
    # All of a batch is taken, or nothing.
    client = sender(auth(port, ca, device, key))
    client.queue_message(BatchMessage([b"good", Message("bad", properties=MessageProperties(message_id="not an id"))]))
    assert client.send_all_messages() == [constants.MessageState.SendFailed]


def receive():
    client = uamqp.ReceiveClient(
        uamqp.address.Source("amqps://localhost/devices/{}/messages/devicebound".format(device)),
        auth=hub_login.device_cbs(port, ca, device, key), auto_complete=False, timeout=20000)
    for m in client.receive_messages_iter():
        p = m.properties
        settle = m.application_properties[b"settle"].decode()
        print(json.dumps([
            p.message_id.decode(), p.to.decode(), m.annotations[b"iothub-deliverycount"],
            m.annotations[b"x-opt-sequence-number"], settle, b"".join(m.get_data()).decode()]))
        if settle == "reject":
            m.reject(condition="amqp:not-allowed", description="not this one")
        elif settle == "release" and m.annotations[b"iothub-deliverycount"] == 0:
            m.release()
        else:
            m.accept()
        if settle == "last":
            break
    client.close()


send_telemetry()
receive()
print("ok")
