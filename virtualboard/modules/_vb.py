# The device side's door to the host, and what runs while the board waits. Never visible to device code.
# _door and _wait are those of the engine (native/, wasm32/).
from _door import area as _area
from _door import execfile, fn
from _door import patch as _patch

fact = fn("fact")
_woken = fn("woken")
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
    if not _patch(owner, name, value):
        raise AttributeError(name)


def hide(owner, names):
    for name in names.split():
        _patch(owner, name)


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


from _wait import pause, poll  # noqa: E402 it needs what stands above
