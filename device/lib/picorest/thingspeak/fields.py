"""Fields of the channel that actions set: written as soon as ThingSpeak takes an entry, and the last state wins.

What is known is in app.writes: [whether an errand is on its way, a list as below for each field, …].
On an ESP8266 only with links or alarms. On an ESP8266 not without thingspeak.
"""

from asyncio import create_task

from ..problem import Problem
from ..upstream.errand import run
from ..upstream.negative_cache import refused, remember
from . import api

_NUMBER = const(0)
_STATE = const(1)  # as ThingSpeak has it, text; None: nobody knows
_WANTED = const(2)  # None: nothing; _FLIP: the opposite of what it is
_SENT = const(3)  # what is under way
_FLIP = const("?")
_WRITER = const("thingspeak write")  # see routes/thingspeak.py: the same keys are refused to both


def write(app, number, value, told):
    """Set the field of that number, or toggle it: value None. told: see actions.py."""
    rows = getattr(app, "writes", None)
    if not rows:
        rows = app.writes = [False]
    for row in rows[1:]:
        if row[_NUMBER] == number:
            break
    else:
        row = [number, None, None, None]
        rows.append(row)
    if value is None:
        last = row[_WANTED] or row[_STATE]
        row[_WANTED] = _FLIP if last is None else None if last == _FLIP else _opposite(last)
    else:
        row[_WANTED] = str(int(value) if value is True or value is False else value)
    if not rows[0]:
        rows[0] = True
        create_task(run(app, "thingspeak", "thingspeak.fields", rows, told, True))


def _opposite(text):
    try:
        return "1" if float(text) == 0 else "0"
    except ValueError:
        return "1"


def _reader(app):
    return "thingspeak %d" % app.config.get("thingspeak", "channel")


def _recall(app, who):
    e = refused(app, who, "fields")
    if e:
        raise e


def question(app, rows):
    """What to ask, see fetch(): the state of a field that nobody knows, or all that is to be written."""
    body = ""
    for row in rows[1:]:
        wanted = row[_SENT] = row[_WANTED]
        if wanted == _FLIP:
            _recall(app, _reader(app))
            path = "/channels/%d/fields/%s/last.json" % (app.config.get("thingspeak", "channel"), row[_NUMBER])
            key = app.config.get("thingspeak", "read_key")
            return api.question(app, "GET", path, key, None, 1024, b" field" + row[_NUMBER].encode())
    _recall(app, _WRITER)
    for row in rows[1:]:
        if row[_WANTED]:
            from ..upstream.response import quote

            body += "&field%s=%s" % (row[_NUMBER], quote(row[_WANTED], True))
    return api.build_write(app, "/update.json", body[1:]) if body else None


def answer(app, rows, res):
    """What came of it: True when all is written."""
    if not res:
        return True
    for row in rows[1:]:
        if row[_SENT] == _FLIP:
            row[_SENT] = None
            try:
                found = api.check_response(res).found[0]
            except Problem as e:
                if e.members.get("reason") != "it answers -1":  # no entry yet
                    remember(app, _reader(app), "fields", e)
                    raise
                found = None
            row[_STATE] = (found or "0").strip('" ')
            if row[_WANTED] == _FLIP:
                row[_WANTED] = _opposite(row[_STATE])
            return None
    try:
        api.entry_id(app, res)
    except Problem as e:
        remember(app, _WRITER, "fields", e)
        raise
    done = True
    for row in rows[1:]:
        if row[_SENT]:
            row[_STATE] = row[_SENT]
            if row[_WANTED] == row[_SENT]:
                row[_WANTED] = None
        done = done and not row[_WANTED]
    return done
