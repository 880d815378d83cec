"""The alarms of the configuration one by one, which is JSON in bytes. On an ESP8266 only with alarms."""

from json import dumps, loads

from ..jsontext.scan import part


def spec(data, n):
    """Alarm n of the configuration's, which are JSON in bytes, with what it is called; IndexError if there is none."""
    try:
        found = loads(part(data or b"[]", str(n)))
    except ValueError:
        raise IndexError from None
    found["id"] = found.get("id") or str(n + 1)
    return found


def every(data):
    """All of them, one after the other."""
    n = 0
    try:
        while True:
            yield spec(data, n)
            n += 1
    except IndexError:
        pass


def packed(alarm, change=()):
    """An alarm with a change, as JSON in bytes."""
    alarm.update(change)
    return dumps({name: alarm[name] for name in alarm if alarm[name] is not None}, separators=(",", ":")).encode()
