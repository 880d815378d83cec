# Runs before the device's own code, as a port's start-up does: modules, file systems, paths, boot.py, main.py.
import gc as _native_gc
import sys

import _vb
import micropython

_OURS = (
    "_vb _door _wait _port _vfs _os _boot _rom _gc _pin _pwm _adc _rtc _timer _i2c _wlan "  # taken out of sys.modules again
    "uctypes uselect usocket utime uos umachine host"
)
_COLLECT = 254  # the event that asks for a collection and a report, as in child/wait.py


def _modules():
    import os
    import select
    import socket
    import time

    import _rom
    import esp
    import machine
    import network

    loaded = sys.modules
    loaded["vfs"] = _rom
    if not _vb.fact("hidden"):
        import esp32
    __import__("_onewire")
    _own_gc = __import__("_gc")
    loaded["gc"] = _own_gc
    return _own_gc


def _system():
    from collections import namedtuple

    old = sys.implementation
    new = namedtuple("implementation", ("name", "version", "_machine", "_mpy", "_build"))
    _vb.patch(sys, "implementation", new(old[0], old[1], _vb.named("machine"), old[3], _vb.named("build")))
    _vb.patch(sys, "platform", _vb.named("port"))
    _vb.patch(sys, "version", _vb.named("version_text"))


def _paths():
    sys.path[:] = ["", ".frozen"]
    import vfs as own

    area = own.rom_ioctl(2, 0)
    if not isinstance(area, int):
        try:
            own.mount(own.VfsRom(area), "/rom")
            sys.path.extend(["/rom", "/rom/lib"])
        except OSError:
            pass  # nothing deployed yet
    sys.path.append("/lib")
    if _vb.fact("hidden"):
        sys.path.append("/")


def _used(deeper=False):
    # bytes of the C stack that are in use in a function, or in one that it calls
    return _used() if deeper else micropython.stack_use()


def _limit(used):
    """Leave room for the chip's number of nested calls, where `used` bytes are in use at the top of the program."""
    calls = _vb.fact("calls")
    if calls:
        calls += 2  # for those of the stand-ins, where a chip has C
        _vb.fn("stack_limit")(used + (_used(True) - _used()) * calls)


def _run(name, space):
    """0: it ended in an exception, 1: well or not there, 2: it asked for a soft reset."""
    import os

    try:
        os.stat(name)
    except OSError:
        return 1
    _limit(micropython.stack_use() + 512)  # what it takes to execute a file
    try:
        _vb.execfile(name, space)
    except SystemExit:
        return 2
    except BaseException as problem:
        sys.print_exception(problem)
        return 0
    return 1


def _report(measure):
    _native_gc.collect()
    _native_gc.collect()
    measure()


def _names():
    # Tables of names double in size. Behind those of the stand-ins the device's own would need one of 14 KB, which no chip
    # ever makes: it is there from the start, and costs the device nothing.
    for n in range(2000):
        free = _native_gc.mem_free()
        hasattr(sys, "_%d" % n)
        if free - _native_gc.mem_free() > 10000:
            break


def start():
    import _port

    _vb.keep.append(_vb)
    gc = _modules()
    _system()
    _port.mount()
    _paths()
    _vb.handlers[_COLLECT] = _report, _vb.fn("measure")
    if _vb.fact("hidden"):
        _vb.hide(str, "partition rpartition center splitlines")
    loaded = sys.modules
    space = __import__("__main__").__dict__
    for name in _OURS.split():
        loaded.pop(name, None)
    for name in ("os", "time", "select", "socket", "machine"):
        loaded["u" + name] = loaded[name]  # the old names lead past the stand-ins otherwise
    ready, stop = _vb.fn("ready"), _vb.fn("stop")
    used = _vb.fact("heap_used")
    prompt = micropython.stack_use() - 208  # it is less deep than this function
    _limit(prompt)
    if not _vb.fact("hidden"):
        _names()
    _native_gc.collect()
    _port.settle()
    if ready(_native_gc.mem_free()):
        stop()
    gc._own[0] = _native_gc.mem_alloc() - used
    if _vb.fact("hidden"):
        _native_gc.threshold((_native_gc.mem_free() + gc.mem_alloc()) // 4)  # as this port's own _boot.py does
    try:
        _port.halt()
        result = _run("boot.py", space)
        if result == 1 and not _vb.fact("raw"):
            result = _run("main.py", space)
    finally:  # Ctrl-C may come at any time
        _limit(prompt)
    if result == 2:
        _vb.fn("tell")("reset", "soft")
    _port.ended()
