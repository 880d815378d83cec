"""Overlays: modules that are in memory only while they are needed, which is what makes the program fit in 38 KiB.

Names are those below picorest, such as "routes.weather". An overlay keeps nothing of its own between two calls: what has to last
is in the application. On an ESP8266 the build puts esp8266/overlay.py in the place of this module.
"""

import gc
import sys

loaded = {}  # name: module, of what was loaded here
_always = {}  # modules that were there before the first overlay
# not empty while overlays find no room: [ticks since when, or None where nobody has looked at the clock yet; ticks of the first
# look that App.starve() has taken in vain]
starved = []


def load_overlay(name):
    """The module of that name, loaded if it is not in memory. ImportError if there is none."""
    full = "picorest." + name
    if not _always:
        _always.update(sys.modules)
    if full not in sys.modules:
        gc.collect()  # what is loaded then fills the gaps
        if gc.mem_free() * 4 < gc.mem_alloc():  # large pieces are rare when less than a fifth is free
            forget_all()
        try:
            __import__(full)  # name: of our modules, or the board's profile
        except MemoryError:
            forget(name)
            if not starved:
                starved.append(None)
            raise
        loaded[name] = sys.modules[full]
    starved.clear()
    return sys.modules[full]


def seldom(group):
    """A decorator for functions and methods that are rarely called: on an ESP8266 the build makes an overlay of those of a group,
    see host/build/seldom.py."""
    return lambda function: function


def forget(name):
    """Forget an overlay, so that its objects free their memory once nobody holds them."""
    full = "picorest." + name
    loaded.pop(name, None)
    known = sys.modules.pop(full, None)
    if known:
        at = full.rfind(".")
        package = sys.modules.get(full[:at])  # which may have been forgotten before
        if hasattr(package, full[at + 1 :]):  # name: of our modules
            delattr(package, full[at + 1 :])  # name: it has it


def present():
    """The names of what is in memory, for forget_all()."""
    return [full[9:] for full in sys.modules if full[:9] == "picorest."]


def forget_all(but=()):
    """Forget what was loaded since the program started, but for these names, and collect what it leaves."""
    for full in sys.modules:  # which may lose entries meanwhile, as MicroPython keeps them; there may be no memory for a list
        if full.startswith("picorest.") and full not in _always and full[9:] not in but:
            forget(full[9:])
    gc.collect()


def drop(*names):
    """Forget overlays that are rarely needed, and collect what they leave."""
    for name in names:
        forget(name)
    gc.collect()


def act(app, module, function):
    """A function of an overlay, which is loaded if it is not in memory; with all the memory that the application can free."""
    try:
        load_overlay(module)
    except MemoryError:
        app.release()
    return getattr(load_overlay(module), function)  # name: our modules have it
