"""What is done about a part of the program that dies, or has to make room for another. Imported for that moment, then dropped."""

import asyncio
import json
import sys
from io import StringIO

from . import clock, log
from .config.schema import SECRETS
from .services import NAME, SAFE, SERVICE, TASK, WAIT

# what App.mode is
_NORMAL = const(1)  # 0: this start has not lasted a minute

_SHORT = const(3)  # starts in a row that did not last a minute: then the next one is in safe mode
_WAITING = const("buttons links display")  # services whose configuration waits for a restart anyway
_MOST = const(60)  # seconds until a service that dies again and again is started


def begin(app):
    """Why the board starts, whether in safe mode, and the line in the log for it.

    What counts is a start that ends by itself before a minute has passed: not one that was asked for, stopped at the prompt, or
    ended by the power or the reset button, which so lead out of safe mode."""
    board = app.board
    did = board.retained()[:1]
    app.reset_cause = why = board.why_started()
    short = log.read(board)[0][2]
    if did not in (b"r", b"f") or why in ("power-on", "reset-pin", "deep-sleep"):
        short = 0
    if short >= _SHORT:
        app.mode = SAFE
        why += ", safe mode"
    else:
        short += 1  # unless it lasts
    log.add(board, log.START, why, short)


def lasts(app):
    """This start has lasted a minute."""
    log.mark(app.board, 0)
    app.mode = _NORMAL


def died(app, name, e):
    """An exception that nobody expected, of a service or another part: on the console with its traceback, and a line of the log.
    e: also what asyncio tells of a task that nobody waits for."""
    if isinstance(e, dict):
        if [None for service in app.services if service[TASK] is e["future"]]:
            return  # App.tend() sees to it
        name, e = "a task", e["exception"]
    out = StringIO()
    sys.print_exception(e, out)  # type: ignore  # it takes a StringIO, too
    out = out.getvalue()
    print(out)
    at = out.rfind('  File "') + 8  # the innermost call: a module, perhaps a line, and a function
    place = out[at : out.find("\n", at)]
    place = place[place.rfind("/") + 1 :].replace('"', "")
    said = b"%s: %s (%s) %s" % (name, type(e).__name__, place, str(e))
    log.add(app.board, log.DIED, _hidden(app.config, said))


def _hidden(config, data):
    # without what is secret, which may stand in an address or in the words of an exception; all in bytes, as texts may become names
    keys = SECRETS.encode()
    for key, value in config.data.items():
        value = value if isinstance(value, bytes) else json.dumps(value).encode()
        depth = b" %s " % key in keys  # of objects within a secret
        for part in value.split(b'"'):
            if depth and part == b":{":
                depth += 1
            elif depth and part[:1] in (b",", b"}"):
                depth = depth > 1 and part[:1] == b","
            elif depth and part and part != b":":
                data = b"" if b"\\" in part else data.replace(part, b"***")
            elif b" %s " % part in keys:
                depth = 1
    return data


def start(app, service):
    """Start a service again that has ended, or waits for what never comes: after a second; after twice as long as before if it has
    not lasted, up to a minute."""
    name, task = service[NAME], service[TASK]
    if not task.done():
        log.add(app.board, log.STUCK, name)
        task.cancel()
    elif isinstance(task.data, Exception):
        task.state = False  # it is told here: nobody else need to
        app.log(name, task.data)
    if isinstance(app.failures.get(name), str):
        app.services.remove(service)  # it ended by itself, and says why
        return
    wait = min(2 * service[WAIT], _MOST) if name in app.failures else 1
    service[WAIT] = wait
    app.failures[name] = clock.uptime() + wait
    service[TASK] = asyncio.create_task(_later(service[SERVICE], wait))


async def _later(service, wait):
    await asyncio.sleep(wait)
    await service.run()


def shed(app):
    """Stop the services that the board can do without, to make room for a change; False if there are none. The optional ones start
    again after a minute."""
    why = "stopped to make room for a change of the configuration"
    found = [service for service in app.services if "." in service[NAME] and service[NAME] not in app.failures]
    pause = found or not app.memory_reserve
    if not pause:
        found = [service for service in app.services if service[NAME] in _WAITING]
        app.listeners = ()
    for service in found:
        name = service[NAME]
        service[TASK].cancel()
        if pause:
            service[WAIT] = _MOST // 2
            app.failures[name] = clock.uptime()  # from here on tend() sees to it
            log.add(app.board, log.DIED, name + ": " + why)
        else:
            app.services.remove(service)
            app.failures[name] = why + ": restart the board"
    return len(found) > 0
