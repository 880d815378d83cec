"""What ThingSpeak says: fields that pins follow or that are shown, and TalkBack commands for pins.

A field that says 1 or 0 sets its pin. Anything else (null, text, no answer) leaves the pin as it is, until nothing
sensible has come for `silence` seconds: then the pin goes to its safe state.

What is known is kept in the service, see service.py: log (the fields, lists as below, which are app.fields too), turn (which of
them is asked next, then the commands), commands (how many were executed), fault (what went wrong in this turn, in words, or None),
hold (seconds for which that says to wait), missing (a pin that stays as it is because its field says nothing sensible, and why).
On an ESP8266 not without thingspeak.
"""

from json import loads

from .. import clock
from ..parts import PARTS
from ..problem import Problem
from ..upstream.negative_cache import seconds
from . import api

_COMMANDS = const(5)  # at a time

# what is remembered of a field
_FIELD = const(0)
_PIN = const(1)  # None: no pin follows it
_AT = const(2)  # uptime of the last sensible answer; None: the pin is in its safe state
_ENTRY = const(3)  # number of the newest entry, as text
_NEW = const(4)  # uptime at which that was first seen
_ASKED = const(5)  # uptime of the last answer
_VALUE = const(6)  # the last value, as text; None: there is none yet


def start(service):
    if service.log is not None:
        return True  # it died and was started again
    pins = service.get("read", "pins")
    for n in pins:
        if not n.isdigit() or not 1 <= int(n) <= 8 or not service.get("channel"):
            service.app.failures["thingspeak.read"] = "it needs a channel, and fields from 1 to 8"
            return False
    now = clock.uptime()
    service.log = [[n, str(pins[n]), now, None, now, now, None] for n in sorted(pins)]
    if "alarms" in PARTS or "display" in PARTS or "links" in PARTS:  # else nothing shows them
        from ..heard import watched

        service.log += [[n, None, None, None, now, now, None] for n in watched(service.app.config) if n not in pins]
    service.app.fields = service.log
    service.turn = service.commands = service.hold = 0
    service.fault = None
    service.work = 1
    return True


def update(service):
    """Send silent pins to their safe state."""
    now = clock.uptime()
    silence = service.get("read", "silence")
    service.next = now + 3600
    for field in service.log:
        if field[_AT] is not None:
            end = field[_AT] + silence
            if now < end:
                service.next = min(service.next, end)
                continue
            field[_AT] = None
            try:
                service.app.pins.drive(field[_PIN], service.app.pins.find(field[_PIN]).safe or 0)
            except Problem as e:
                service.error = str(e)


def fail(service, words):
    service.fault = service.error = words


def question(app, service):
    """The next field, or the next command."""
    n = service.turn
    if not n:
        service.fault = None
        service.hold = 0
        service.wait = clock.uptime() + service.get("read", "every")
    if n < len(service.log):
        name = service.log[n][_FIELD]
        path = "/channels/%d/fields/%s/last.json" % (service.get("channel"), name)
        key = service.get("read_key")
        return api.question(app, "GET", path, key, None, 1024, b" field%s entry_id" % name)
    if not service.get("talkback", "id") or n >= len(service.log) + _COMMANDS:
        return None
    key = service.get("talkback", "key") or ""
    path = "/talkbacks/%d/commands/execute.json" % service.get("talkback", "id")
    return api.question(app, "POST", path, key, "api_key=" + key, 1024, b"{")


def answer(app, service, res):
    """Drive the pins. True when all were asked."""
    try:
        if res:
            api.check_response(res)
            if service.turn < len(service.log):
                follow(service, service.log[service.turn], res.found)
            elif not obey(service, b"".join(res.found)):
                res = None
    except Problem as e:
        fail(service, str(e))
        if e.members.get("reason") != "it answers -1":  # which may only mean that there is no entry yet
            service.hold = max(service.hold, seconds(e))
        if service.turn >= len(service.log):
            res = None
    service.turn = service.turn + 1 if res else 0
    if not res:
        service.error = service.fault
        service.wait = max(service.wait, clock.uptime() + service.hold)
        if not service.fault:
            service.success = clock.uptime()
    service.next = 0  # there may be other pins that can fall silent
    return not res


def follow(service, field, found):
    name = field[_FIELD]
    text, number = found
    now = field[_ASKED] = clock.uptime()
    text = text.strip('" ') if text and text != "null" else ""
    level = None
    if number and text:
        field[_VALUE] = text[:24]
        try:
            level = float(text)  # many write 1.00000
        except ValueError:
            pass
    if field[_PIN] is not None and level not in (0, 1):
        fail(service, "Field %s is neither 1 nor 0: its pin stays as it is." % name)
        return
    if text and number != field[_ENTRY]:
        field[_ENTRY], field[_NEW] = number, now
    if field[_PIN] is None:
        return
    end = service.get("read", "max_age")
    if end and now - field[_NEW] > end:
        fail(service, "Field %s has had no new entry for %d seconds." % (name, now - field[_NEW]))
        return
    field[_AT] = now
    service.app.pins.drive(field[_PIN], int(level))


def obey(service, data):
    """Execute the command that an answer holds; False if there is none."""
    from ..upstream.response import find

    text = find(data, b"command_string")
    if not text:
        return False
    try:
        text = loads(text)
    except ValueError:
        return False
    pins = service.get("talkback", "commands").get(text)
    if not pins:
        fail(service, "TalkBack says %s, which is not in thingspeak.talkback.commands." % text[:32])
        return True
    for text in pins.split(","):
        at = text.find("=")
        service.app.pins.drive(text[:at].strip(), text[at + 1 :].strip())
    service.commands += 1
    return True
