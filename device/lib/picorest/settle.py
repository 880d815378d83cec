"""Moving what lasts to the bottom of the heap, so that what is free above it stays in one piece. Imported for that moment.

MicroPython never moves anything: what a request leaves behind (a reading, an address, a changed setting) lies for ever where there
was room while that request had the lowest places. Texts, tuples and large numbers can be replaced by copies, which take the lowest
places when nobody is at work; so can the lists of app.upstreams. Other lists and objects may be known to somebody who waits: they
stay.
"""

import gc

from micropython import heap_lock, heap_unlock
from uctypes import addressof

from .services import NAME, SERVICE

_DEEP = const(4)  # lists in lists
_LONG = const(32)  # a text that several hold, such as a part of the configuration, stays one


def settle(app):
    """Move what can be moved. Call it when nobody is at work. Returns by how many bytes, together."""
    _forget_error()
    gc.collect()
    _table(app.config)
    app.upstreams = _whole(app.upstreams)
    lines = app.pins.lines
    gain = 0 if "links" in [service[NAME] for service in app.services] else _lines(lines)  # they know their pins
    long = []  # (text, the one in its place)
    for line in lines.values():  # whose tuples are known by what they are, see gpio/play.py
        gain += _lower(line.start, setattr, line, "start", 0, long)
    for holder in [app, app.config, app.board, app.wifi, app.sntp] + [service[SERVICE] for service in app.services]:
        attributes = holder.__dict__
        for name in attributes:
            gain += _lower(attributes[name], setattr, holder, name, _DEEP, long)
    return gain


def _forget_error():
    # an exception for which there was no memory is an object that MicroPython has for that: what it tells lies in the heap until
    # the next such one
    heap_lock()
    try:
        bytearray(1)
    except MemoryError:
        pass
    heap_unlock()


def _table(config):
    data = config.data
    copy = data.copy()
    try:
        data.clear()
        data.update(copy)
    except MemoryError:
        config.data = copy


def _whole(value):
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {name: _whole(value[name]) for name in value}
    return value


def _lower(value, put, holder, name, deep, long):
    # put(holder, name, copy) if that lies lower; returns by how much, with all that is in it
    kind = type(value)
    gain = 0
    if kind is str or kind is bytes:
        known = [new for old, new in long if old is value]
        if known:
            copy = known[0]
        else:
            copy = ("" if kind is str else b"").join((value,))
            gain = max(addressof(value), id(value)) - max(addressof(copy), id(copy))  # what is higher counts
            if len(value) > _LONG:
                long.append((value, copy if gain > 0 else value))
            if gain <= 0:
                return 0
        put(holder, name, copy)  # name: it has it
        return gain
    if kind is int:
        copy = value + 0
    elif deep and (kind is list or kind is dict or kind is tuple):
        copy = list(value) if kind is tuple else value  # name: no text
        for n in copy if kind is dict else range(len(copy)):  # name: no text
            gain += _lower(copy[n], _put, copy, n, deep - 1, long)  # name: no text
        if kind is not tuple:
            return gain
        copy = tuple(copy)
    else:
        return 0
    gain += id(value) - id(copy)
    if gain <= 0:
        return 0
    put(holder, name, copy)  # name: it has it
    return gain


def _put(holder, n, value):
    holder[n] = value


def _lines(lines):
    gain = 0
    for gpio in lines:
        line = lines[gpio]
        if line.mode == "out" and not line.task:  # where its table lies cannot be told
            copy = type(line)(gpio, "", line.pin)
            attributes = line.__dict__
            for name in attributes:
                setattr(copy, name, attributes[name])  # name: it has it
            lines[gpio] = copy
            gain += max(id(line) - id(copy), 0)
    return gain
