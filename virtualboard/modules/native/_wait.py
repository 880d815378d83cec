# Waiting, during which interrupts and timers run: polls that also listen to the supervisor's pipe.
from _door import fn, page
from _vb import fire, patch
from micropython import const
from uselect import poll as _native_poll

PLAIN = const(55)  # as in shared_memory.py
WAKES = const(56)
SEEN = const(58)
_begin = fn("begin")
_left = fn("left")
_expired = fn("expired")
_woken = fn("woken")
_settle = fn("stack_settle")
_wake = open(fn("wake_fd")(), "rb")


def poll():
    p = _native_poll()
    p.register(_wake, 1)
    return p


_sleeper = poll()
_poll_type = type(_sleeper)
_ipoll = _poll_type.ipoll


def ipoll(self, timeout=-1, flags=0):
    if timeout is None:
        timeout = -1
    _settle()
    if page[PLAIN]:
        end = _begin(timeout) if timeout > 0 else timeout
        ready = _ipoll(self, timeout, flags)
        if page[WAKES] == page[SEEN] and page[WAKES + 1] == page[SEEN + 1]:
            return ready
    else:
        end = _begin(timeout)
        ready = _ipoll(self, _left(end), flags)
    while True:
        # looked for after each poll, the last one too: the pipe is among what it found ready, or nothing has come by it
        event = _woken()
        if event == -2:
            return ready
        fire(event)
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
