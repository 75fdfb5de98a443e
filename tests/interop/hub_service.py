# A service of uamqp, as the hub's samples for Python have it, for the tests of the hub:
#   python3 hub_service.py PORT CA DEVICE POLICY KEY
# It logs in by SASL PLAIN, sends messages to a device, and reads what becomes of them. It says "ok" at the end.
import base64
import hashlib
import hmac
import json
import sys
import time
from urllib.parse import quote_plus

import uamqp
from uamqp import authentication, errors

port, ca, device, policy, key = sys.argv[1:]
host = "localhost:" + port


def token():
    uri = quote_plus(host)
    expiry = str(int(time.time()) + 3600)
    signature = hmac.new(base64.b64decode(key), (uri + "\n" + expiry).encode(), hashlib.sha256).digest()
    return "SharedAccessSignature sr={}&sig={}&se={}&skn={}".format(
        uri, quote_plus(base64.b64encode(signature)), expiry, policy)


def login():
    return authentication.SASLPlain(
        "localhost", "{}@sas.root.hubwire".format(policy), token(), port=int(port), verify=ca)


def send():
    client = uamqp.SendClient(uamqp.address.Target("amqps://localhost/messages/devicebound"), auth=login())
    for id, body, settle in (("one", "close the valve", "complete"), ("two", "no thanks", "reject"),
                             ("three", "the last", "complete")):
        properties = uamqp.message.MessageProperties(
            message_id=id, correlation_id="correlation-" + id, to="/devices/{}/messages/devicebound".format(device))
        client.queue_message(uamqp.Message(
            body, properties=properties, application_properties={"iothub-ack": "full", "settle": settle}))
    results = client.send_all_messages()
    assert all(r == uamqp.constants.MessageState.SendComplete for r in results), results


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
