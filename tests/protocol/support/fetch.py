"""Asks with the device's HTTP client, run by the real MicroPython, and tells what came of it."""

from tests.protocol.support import micropython
from tests.protocol.support.scripted_server import Scripted


def fetch_all(*asks, chip="esp32", ca=None, online=True, names=None, synced=True):
    """Each of asks: a list of (url, options) fetched at the same time."""
    result = micropython.run("fetch", chip, ca, online, names or {}, asks, synced)
    assert result["idle"], "a fetch left the client busy"
    return result


def fetch(*answers, path="/", names=None, **options):
    """Fetch from a server with these answers; what came of it, and the server. names: {name: address or None}."""
    with Scripted(*answers) as server:
        url = path if "://" in path else server.url + path
        names = {n: (a, server.port) if a else a for n, a in (names or {}).items()}
        out = fetch_all([(url.replace("%PORT%", str(server.port)), options)], names=names)["out"][0][0]
    out["body"] = bytes.fromhex(out["body"]) if "body" in out else None
    return out, server


def ok(body=b"hello", *headers):
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def moved(to, status=302):
    return b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 4\r\n\r\ngone" % (status, to)
