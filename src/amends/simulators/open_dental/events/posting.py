"""One event on its way: a POST to an address on this machine and nowhere else."""

import http.client
import ipaddress
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

SECONDS = 10  # how long an answer is waited for (unconfirmed)
NOT_HERE = "not an address on this machine"


def on_this_machine(host: str) -> bool:
    """Whether a host is this machine itself, without asking any name server."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post(url: str, headers: Mapping[str, str], body: object) -> str:
    """The status of the answer as a text, or why there is none. A redirect is not followed."""
    try:
        place = urlsplit(url)
        host, port = place.hostname or "", place.port
    except ValueError:
        return NOT_HERE
    if place.scheme not in ("http", "https") or not on_this_machine(host):
        return NOT_HERE
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind("127.0.0.1" if host == "localhost" else host, port, timeout=SECONDS)
    try:
        path = (place.path or "/") + (f"?{place.query}" if place.query else "")
        sent = json.dumps(body, ensure_ascii=False).encode()
        connection.request("POST", path, sent, {"Content-Type": "application/json; charset=utf-8", **headers})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as failed:
        return f"failed: {type(failed).__name__}"
    finally:
        connection.close()
