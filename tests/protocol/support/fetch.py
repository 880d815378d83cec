"""Asks with the device's HTTP client, run by the real MicroPython, and tells what came of it."""

from tests.protocol.support import micropython
from tests.protocol.support.scripted_server import Scripted

RUN = """
import asyncio, json, sys
from picorest import clock, loop
from picorest.http.dispatch import Dispatcher
from picorest.upstream import fetch
from picorest.problem import Problem

class Board:
    chip = %(chip)r

class Config:
    def get(self, *path):
        return %(ca)r

clock.synced = %(synced)r
names = %(names)r
real = loop.address
asked = []
def address(host, port):
    asked.append(host)
    if host in names:
        if not names[host]:
            raise OSError(-2)
        host, port = names[host]
    return real(host, port)
loop.address = address
class App(Dispatcher):
    queue = ()
    reserve = 0
    config = Config()
    board = Board
    class wifi:
        connected = lambda: %(online)r

App = App()

class asker:
    question = lambda app, entry: entry
    answer = lambda app, entry, res: res

sys.modules["picorest.asker"] = asker
turns = 0

async def clock():
    global turns
    while True:
        turns += 1
        await asyncio.sleep_ms(10)

async def ask(url, options):
    try:
        get = options.get
        body = get("body")
        if isinstance(body, list):
            body = lambda: iter(options["body"])
        r = await fetch.fetch(App, "asker", (
            get("name", "the station"), get("ms", 10000), url, get("end", ""), get("method", "GET"), get("headers"), body,
            get("size", 2048), get("private"), get("want")))
        if isinstance(r, Problem):
            raise r
        return {"status": r.status, "reason": r.reason, "type": r.type.decode(), "body": bytes(r.body).hex(), "date": r.datetime,
                "retry_after": r.retry_after,
                "found": [bytes(one).decode() if isinstance(one, bytes) else one for one in r.found or ()]}
    except Problem as e:
        return {"problem": e.type, "status": e.status_code, "detail": str(e), "sent": getattr(e, "sent", False),
                "members": e.members}

async def main():
    asyncio.create_task(clock())
    out = []
    for group in %(asks)r:
        tasks = [asyncio.create_task(ask(*one)) for one in group]
        out.append([])
        for t in tasks:
            out[-1].append(await t)
    print(json.dumps({"out": out, "turns": turns, "asked": asked, "idle": not getattr(App, 'client', 0) and not App.asking}))

asyncio.run(main())
"""


def fetch_all(*asks, chip="esp32", ca=None, online=True, names=None, synced=True):
    """Each of asks: a list of (url, options) fetched at the same time."""
    result = micropython.run(RUN % {"chip": chip, "ca": ca, "online": online, "names": names or {}, "asks": asks, "synced": synced})
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
