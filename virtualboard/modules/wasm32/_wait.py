# Waiting, during which interrupts and timers run. The host watches the sockets.
from _door import fn
from _vb import fire

_open = fn("poll_open")
_register = fn("poll_register")
_unregister = fn("poll_unregister")
_wait = fn("poll_wait")
_found = fn("poll_found")
_events = fn("poll_events")
_woken = fn("woken")
_GO_ON = -2  # wait for what is left of the time


class poll:
    def __init__(self):
        self._number = _open()
        self._streams = {}
        self._item = [None, 0]
        self._left = 0

    def register(self, stream, events=5):
        fd = stream._fd
        _register(self._number, fd, events)
        self._streams[fd] = stream

    def modify(self, stream, events):
        if stream._fd not in self._streams:
            raise OSError(44)  # ENOENT
        _register(self._number, stream._fd, events)

    def unregister(self, stream):
        if self._streams.pop(stream._fd, None) is not None:
            _unregister(self._number, stream._fd)

    def ipoll(self, timeout=-1, flags=0):
        self._left = _wait(self._number, -1 if timeout is None else timeout, 0)
        while self._left < 0:
            fire(_woken())
            self._left = _wait(self._number, _GO_ON, 0)
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self._left < 1:
            raise StopIteration
        self._left -= 1
        item = self._item
        item[0] = self._streams[_found(self._left)]
        item[1] = _events(self._left)
        return item

    def poll(self, timeout=-1):
        return [tuple(item) for item in self.ipoll(timeout)]


def pause(ms, us=0):
    left = _wait(0, ms, us)
    while left < 0:
        fire(_woken())
        left = _wait(0, _GO_ON, 0)
