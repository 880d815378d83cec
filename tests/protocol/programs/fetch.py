"""Runs in MicroPython: asks with the device's HTTP client as standard input tells; prints what came of each."""

import asyncio
import json
import sys

import fakes.gpio  # noqa: F401
import fakes.no_network  # noqa: F401

# isort: split
import app as application
from picorest import clock, loop
from picorest.http.dispatch import Dispatcher
from picorest.problem import Problem

chip, ca, online, names, asks, clock.synced = eval(sys.stdin.read())
real = loop.address
asked = []
turns = 0


def address(host, port):
    asked.append(host)
    if host in names:
        if not names[host]:
            raise OSError(-2)
        host, port = names[host]
    return real(host, port)


loop.address = address


class Board:
    chip = chip
    dns = [(), 0, 0, 0, 0]


class Config:
    def get(self, *path):
        return ca


class App(Dispatcher):
    class wifi:
        def connected():
            return online

    queue = ()
    memory_reserve = asking = 0
    ask = application.App.ask
    config = Config()
    board = Board


app = App()


class asker:
    def question(app, entry):
        return entry

    def answer(app, entry, res):
        return res


sys.modules["picorest.asker"] = asker


async def count_turns():
    global turns
    while True:
        turns += 1
        await asyncio.sleep_ms(10)


async def ask(url, options):
    get = options.get
    body = get("body")
    if isinstance(body, list):

        def body():
            return iter(options["body"])

    entry = [get("name", "the station"), get("ms", 10000), url, get("end", ""), get("method", "GET"), get("headers"), body]
    try:
        r = await app.ask("asker", "asker", tuple(entry + [get("size", 2048), get("private"), get("want")]))
        if isinstance(r, Problem):
            raise r
    except Problem as e:
        sent = getattr(e, "sent", False)
        return {"problem": e.type, "status": e.status_code, "detail": str(e), "sent": sent, "members": e.members}
    found = [bytes(one).decode() if isinstance(one, bytes) else one for one in r.found or ()]
    said = {"status": r.status, "reason": r.reason, "type": r.type.decode(), "body": bytes(r.body).hex(), "found": found}
    return dict(said, date=r.datetime, retry_after=r.retry_after)


async def main():
    asyncio.create_task(count_turns())
    out = []
    for group in asks:
        tasks = [asyncio.create_task(ask(*one)) for one in group]
        out.append([])
        for task in tasks:
            out[-1].append(await task)
    idle = not app.asking and not app.outbound
    print(json.dumps({"out": out, "turns": turns, "asked": asked, "idle": idle}))


asyncio.run(main())
