# A service of uamqp that reads telemetry, as the hub's samples for Python have it, for the tests of the hub:
#   python3 hub_events.py PORT CA POLICY KEY
# It asks the hub, is sent elsewhere, asks there what partitions there are, and reads them all from where it likes. It
# shows what it has read, and says "ok" at the end, or what was wrong.
import json
import logging
import sys
import time

import uamqp
from uamqp import authentication, errors

import hub_login

port, ca, policy, key = sys.argv[1:]
logging.getLogger("uamqp").setLevel(logging.CRITICAL)  # what is to go wrong here does


def plain_at(redirect):
    """Event Hubs takes the key itself for a password."""
    return authentication.SASLPlain(redirect.hostname, policy, key, port=redirect.port, verify=ca)


def cbs_at(redirect, uri):
    """Or a token that the text of the key has signed."""
    return authentication.SASTokenAuth.from_shared_access_key(uri, policy, key, port=redirect.port, verify=ca)


def asked(path, connection=None):
    """Where the hub says that events are."""
    login = None if connection else hub_login.service_plain(port, ca, policy, key)
    client = uamqp.ReceiveClient("amqps://localhost/messages/events" + path, auth=login, timeout=20000, prefetch=1)
    try:
        client.open(connection=connection)
        client.receive_message_batch(max_batch_size=1)
    except errors.LinkRedirect as redirect:
        assert redirect.hostname == b"127.0.0.1" and redirect.network_host == redirect.hostname, redirect.hostname
        where = "amqps://127.0.0.1:{}/iothub-ehub-hubwire".format(redirect.port)
        assert redirect.address.decode() == where + path, redirect.address
        return redirect
    finally:
        client.close()
    raise AssertionError("not redirected")


def partitions():
    redirect = asked("/$management")
    endpoint = redirect.hostname.decode() + "/iothub-ehub-hubwire"
    with uamqp.AMQPClient("amqps://" + endpoint, auth=cbs_at(redirect, "sb://" + endpoint)) as client:
        def ask(kind, **what):
            what["name"] = "iothub-ehub-hubwire"
            return client.mgmt_request(
                uamqp.Message(application_properties=what), b"READ", op_type=kind, status_code_field=b"status-code",
                description_fields=b"status-description", timeout=20000,
                callback=lambda status, answer, description: (status, answer.get_data(), description))

        status, hub, description = ask(b"com.microsoft:eventhub")
        assert (status, description) == (200, b"OK"), (status, description)
        assert hub[b"name"] == b"iothub-ehub-hubwire", hub
        assert hub[b"partition_count"] == len(hub[b"partition_ids"]) == 2, hub
        assert ask(b"com.microsoft:partition", partition="7")[0] == 404
        ids = [id.decode() for id in hub[b"partition_ids"]]
        return {id: ask(b"com.microsoft:partition", partition=id)[1] for id in ids}


def path_of(partition):
    return "/ConsumerGroups/$Default/Partitions/" + partition


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def shown(m):
    """Annotations, properties, application properties, and the body."""
    annotations = {text(k): text(v) for k, v in m.annotations.items()}
    for moment in (annotations.pop("x-opt-enqueued-time"), annotations.pop("iothub-enqueuedtime")):
        assert abs(moment / 1000 - time.time()) < 3600, moment
    assert annotations.pop("x-opt-offset").isdigit()
    names = ("message_id", "user_id", "to", "correlation_id", "content_type", "content_encoding",
             "absolute_expiry_time")
    said = {n: text(getattr(m.properties, n)) for n in names if m.properties and getattr(m.properties, n) is not None}
    properties = {text(k): text(v) for k, v in (m.application_properties or {}).items()}
    return [annotations, said, properties, b"".join(m.get_data()).decode()]


def receive(client, count):
    events = []
    while len(events) < count:
        batch = client.receive_message_batch(max_batch_size=10, timeout=20000)
        assert batch, "only {} of {}".format(len(events), count)
        events += batch
    assert len(events) == count, len(events)
    return events


def read(client, count):
    try:
        return receive(client, count)
    finally:
        client.close()


def client_from(redirect, selector):
    """A reader of what the selector selects, with a token for the very place."""
    source = uamqp.address.Source(redirect.address)
    source.set_filter("amqp.annotation.x-opt-" + selector)
    return uamqp.ReceiveClient(source, auth=cbs_at(redirect, redirect.address.decode()))


def read_all(partition, count):
    """One client, that is led from the one place to the other."""
    client = uamqp.ReceiveClient(
        "amqps://localhost/messages/events" + path_of(partition), auth=hub_login.service_plain(port, ca, policy, key))
    try:
        client.receive_message_batch(max_batch_size=10)
    except errors.LinkRedirect as redirect:
        client.redirect(redirect, plain_at(redirect))
        return read(client, count)
    raise AssertionError("not redirected")


def read_over_one_connection(partition, count):
    with uamqp.Connection("localhost", hub_login.service_plain(port, ca, policy, key)) as connection:
        redirect = asked(path_of(partition), connection)
        auth = plain_at(redirect)
        connection.redirect(redirect, auth)
        client = uamqp.ReceiveClient(redirect.address, auth=auth, timeout=20000)
        client.open(connection=connection)
        return read(client, count)


def places(events):
    return [(m.annotations[b"x-opt-sequence-number"], m.annotations[b"x-opt-offset"]) for m in events]


def check_selectors(partition, events):
    redirect = asked(path_of(partition))
    middle = len(events) // 2
    number, offset = places(events)[middle]
    moment = events[middle].annotations[b"x-opt-enqueued-time"]
    since = [e for e in events if e.annotations[b"x-opt-enqueued-time"] >= moment]
    for selector, wanted in (
            ("sequence-number > {}".format(number), events[middle + 1:]),
            ("sequence-number >= '{}'".format(number), events[middle:]),
            ("offset > '{}'".format(offset.decode()), events[middle + 1:]),
            ("offset >= '{}'".format(offset.decode()), events[middle:]),
            ("offset > -1", events),  # as the SDK for .NET has it
            ("enqueued-time >= {}".format(moment), since),
            ("enqueuedtimeutc >= {}".format(moment), since)):  # as that for C has it
        found = read(client_from(redirect, selector), len(wanted))
        assert places(found) == places(wanted), (selector, places(found), places(wanted))
    try:
        read(client_from(redirect, "colour = 'red'"), 1)
    except errors.LinkDetach as why:
        assert why.condition.value == b"amqp:invalid-field", why.condition
    else:
        raise AssertionError("a selector that nobody understands")


def wait_for_one(partition):
    """An event that is yet to come."""
    client = client_from(asked(path_of(partition)), "offset > '@latest'")
    client.open()
    deadline = time.monotonic() + 30
    while not client.client_ready():
        assert time.monotonic() < deadline, "the link is not there"
    print("waiting")
    return read(client, 1)[0]


for id, state in sorted(partitions().items()):
    count = state[b"last_enqueued_sequence_number"] + 1
    events = read_all(id, count)
    assert [n for n, _ in places(events)] == list(range(count)), places(events)
    assert places(read_over_one_connection(id, count)) == places(events)
    assert places(events)[-1][1] == state[b"last_enqueued_offset"], state
    check_selectors(id, events)
    for event in events:
        print(json.dumps([int(id), *shown(event)], ensure_ascii=False))
print(json.dumps([0, *shown(wait_for_one("0"))], ensure_ascii=False))
print("ok")
