# A service of uamqp, as the hub's samples for Python have it, for the tests of the hub:
#   python3 hub_service.py PORT CA DEVICE POLICY KEY
# It logs in by SASL PLAIN, sends messages to a device, some of them in a batch, and reads what becomes of them. It says
# "ok" at the end.
import json
import sys
import time

import uamqp

import hub_login

port, ca, device, policy, key = sys.argv[1:]


def login():
    return hub_login.service_plain(port, ca, policy, key)


def message(id, body, settle):
    properties = uamqp.message.MessageProperties(
        message_id=id, correlation_id="correlation-" + id, to="/devices/{}/messages/devicebound".format(device))
    return uamqp.Message(body, properties=properties, application_properties={"iothub-ack": "full", "settle": settle})


def send():
    client = uamqp.SendClient(uamqp.address.Target("amqps://localhost/messages/devicebound"), auth=login())
    client.queue_message(message("one", "close the valve", "complete"))
    client.queue_message(uamqp.BatchMessage(
        [message("two", "no thanks", "reject"), message("three", "the last", "complete")]))
    results = client.send_all_messages()
    assert len(results) == 2 and all(r == uamqp.constants.MessageState.SendComplete for r in results), results


def feedback():
    records = []
    client = uamqp.ReceiveClient(
        uamqp.address.Source("amqps://localhost/messages/serviceBound/feedback"), auth=login(), timeout=0)
    end = time.time() + 50
    while len(records) < 3 and time.time() < end:
        for batch in client.receive_message_batch(max_batch_size=10, timeout=1000):
            assert batch.properties.content_type == b"application/vnd.microsoft.iothub.feedback.json"
            records += json.loads(b"".join(batch.get_data()))
            batch.accept()
    client.close()
    return sorted((r["originalMessageId"], r.get("statusCode", "Success"), r["deviceId"]) for r in records)


send()
told = feedback()
assert told == [("one", "Success", device), ("three", "Success", device), ("two", "Rejected", device)], told
print("ok")
