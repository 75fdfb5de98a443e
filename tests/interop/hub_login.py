# How clients of uamqp log in to the hub of the tests, which is at a port of localhost.
import base64
import hashlib
import hmac
import time
from urllib.parse import quote_plus

from uamqp import authentication

HUB = "hubwire.azure-devices.net"


def token(uri, key, policy=None):
    """For an hour, as the hub's samples make it."""
    uri = quote_plus(uri)
    expiry = str(int(time.time()) + 3600)
    signature = hmac.new(base64.b64decode(key), (uri + "\n" + expiry).encode(), hashlib.sha256).digest()
    text = "SharedAccessSignature sr={}&sig={}&se={}".format(uri, quote_plus(base64.b64encode(signature)), expiry)
    return text + ("&skn=" + policy if policy else "")


def service_plain(port, ca, policy, key):
    """By SASL PLAIN, with a token for the whole hub."""
    return authentication.SASLPlain(
        "localhost", policy + "@sas.root.hubwire", token("localhost:" + port, key, policy), port=int(port), verify=ca)


def device_plain(port, ca, device, key):
    """By SASL PLAIN, with a token for the device."""
    return authentication.SASLPlain(
        "localhost", device + "@sas.hubwire", token(HUB + "/devices/" + device, key), port=int(port), verify=ca)


def device_cbs(port, ca, device, key):
    """By a token that is put to $cbs."""
    uri = HUB + "/devices/" + device
    return authentication.SASTokenAuth(
        uri, "amqps://localhost", token(uri, key), expires_at=time.time() + 3600, port=int(port), verify=ca)
