"""Overlays on an ESP8266: each is a ROMFS image of its own within /rom/o, mounted for the moment of its import.

So no overlay has a name in the table of modules. A name that is made while an overlay is loaded stays for ever, at its place, in
the middle of what is free afterwards: a hundred of those, and no large piece of the heap is left.
"""

import gc
import sys

from vfs import VfsRom, mount, umount  # type: ignore  # the stubs do not know ROMFS

loaded = {n: n for n in range(17)}  # a table that needs not grow later, into the middle of what is free
while loaded:
    loaded.popitem()
starved = []
_mounted = []  # the overlay that is mounted
resident = {}  # those that the build joined with what is always in memory
sys.path.insert(0, "/o")


def load_overlay(name):
    module = loaded.get(name) or resident.get(name)
    if not module:
        gc.collect()  # what is loaded then fills the gaps
        _unmount()
        try:
            mount(VfsRom(memoryview(open("/rom/o/" + name, "rb"))), "/o")
            _mounted.append(name)
            loaded[name] = module = __import__("o")
            starved.clear()
        except MemoryError:
            if not starved:
                starved.append(None)
            raise
        finally:
            _unmount()
    return module


def _unmount():
    # also while another overlay is still being executed, which has asked for this one
    sys.modules.pop("o", None)
    if _mounted:  # what umount() raises else would take the place of a MemoryError that is on its way: there is one object for both
        _mounted.pop()
        umount("/o")


def forget(name):
    loaded.pop(name, None)


def present():
    return list(loaded)


def forget_all(but=()):
    again = True
    while again:
        again = False
        for name in loaded:
            if name not in but:
                del loaded[name]
                again = True
                break
    gc.collect()


def drop(*names):
    for name in names:
        loaded.pop(name, None)
    gc.collect()


def act(app, module, function):
    try:
        load_overlay(module)
    except MemoryError:
        app.release()
    return getattr(load_overlay(module), function)  # name: our modules have it
