# The device side's door to the native half, and what runs while the board waits. Never visible to device code.
import uctypes
from micropython import const
from umachine import idle as fn
from uselect import poll as _native_poll

PLAIN = const(55)  # as in page.py
WAKES = const(56)
SEEN = const(58)
fact = fn("fact")
_patch = fn("patch")
_area = uctypes.bytearray_at(fn("area")(), 8192)
_page = uctypes.bytearray_at(fn("page_area")(), 64)
_begin = fn("begin")
_left = fn("left")
_expired = fn("expired")
_woken = fn("woken")
_settle = fn("stack_settle")
handlers = {}  # event number -> (function, argument)
keep = []  # what only the interpreter's own tables refer to


def text(count):
    return str(_area[:count], "utf-8")


def data(count):
    return bytes(_area[:count])


def named(name):
    return text(fact(name))


def patch(owner, name, value):
    keep.append(value)
    if not _patch(owner.__dict__, name, value):
        raise AttributeError(name)


def hide(owner, names):
    for name in names.split():
        _patch(owner.__dict__, name)


_wake = open(fn("wake_fd")(), "rb")


def poll():
    p = _native_poll()
    p.register(_wake, 1)
    return p


_sleeper = poll()
_poll_type = type(_sleeper)
_ipoll = _poll_type.ipoll


def fire(event):
    while event >= 0:
        found = handlers.get(event)
        if found:
            try:
                found[0](found[1])
            except Exception as problem:
                import sys

                sys.print_exception(problem)
        event = _woken()


def ipoll(self, timeout=-1, flags=0):
    if timeout is None:
        timeout = -1
    _settle()
    if _page[PLAIN]:
        end = _begin(timeout) if timeout > 0 else timeout
        ready = _ipoll(self, timeout, flags)
        if _page[WAKES] == _page[SEEN] and _page[WAKES + 1] == _page[SEEN + 1]:
            return ready
        if end == 0:
            fire(_woken())
            return _ipoll(self, 0, flags)
    else:
        end = _begin(timeout)
        ready = _ipoll(self, _left(end), flags)
    while True:
        event = _woken()
        if event == -2:
            return ready
        fire(event)
        if _expired(end):
            return _ipoll(self, 0, flags)
        ready = _ipoll(self, _left(end), flags)


def poll_method(self, timeout=-1):
    return [tuple(item) for item in ipoll(self, timeout)]


def pause(ms, us=0):
    end = _begin(ms, us)
    while True:
        _ipoll(_sleeper, _left(end))
        fire(_woken())
        if _expired(end):
            return


patch(_poll_type, "ipoll", ipoll)
patch(_poll_type, "poll", poll_method)
