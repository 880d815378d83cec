"""What can be wired to the virtual board's buses: each module here has devices of one kind, found by their types."""

import importlib
import pkgutil

BUSES = ("i2c", "onewire")

def kinds(bus: str) -> dict[str, type]:
    """{type as the world names it: class} of the devices for a bus, "i2c" or "onewire".

    A class has `bus`, `types`, `start` (its members in the world, with what they are at first), `limits` (of those that are
    numbers) and `faults`."""
    modules = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__))
    found = [thing for module in modules for thing in vars(module).values() if getattr(thing, "bus", None) == bus]
    return {name: thing for thing in found for name in getattr(thing, "types", ())}
