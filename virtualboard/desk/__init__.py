"""The desk: a page that draws the board with parts to press and turn. Its files, and what it has to know of the board."""

import mimetypes
import runpy
from pathlib import Path

from host.build import DEVICE

from .. import demo, world
from ..devices import BUSES, kinds

_HERE = Path(__file__).parent
_SHARED = {"dom.js", "style.css"}  # of the board's own page: one look, one set of helpers
_PROFILES = DEVICE / "lib" / "picorest" / "boards"


def page(name):
    """(bytes, media type) of a file of the page, or None; `name` comes from outside."""
    folder = DEVICE / "www" if name in _SHARED else _HERE
    path = folder / name
    if path.parent != folder or path.suffix not in (".html", ".css", ".js", ".svg") or not path.is_file():
        return None
    kind = mimetypes.guess_type(name)[0] or "text/javascript"
    return path.read_bytes(), f"{kind}; charset=utf-8"


def describe(supervisor):
    """What does not change while a board runs: its drawing, its pins, the parts beside it, and what can be chosen around it."""
    board = supervisor.profile
    profile = runpy.run_path(_PROFILES / f"{board.name}.py")
    pins = list(_pins(board, profile))
    host = "127.0.0.1" if supervisor.bind == "0.0.0.0" else supervisor.bind
    return {
        "name": board.name,
        "title": profile["TITLE"],
        "chip": profile["CHIP"],
        "layout": _layout(profile["LAYOUT"], pins),
        "pins": pins,
        "idle": board.idle,
        **demo.bench(board),
        "full_scale": profile["ADC_VOLTS"] or 3.3,
        "address": f"http://{host}:{supervisor.port}",
        "serial": f"socket://127.0.0.1:{supervisor.console.port}",
        "prompt": supervisor.engine.prompt,
        "devices": {
            kind: {"limits": device.limits, "faults": device.faults} for bus in BUSES for kind, device in kinds(bus).items()
        },
        "choices": {"upstream": world.UPSTREAMS, "ntp": world.NTP, "dht": world.DHT_FAULTS, "dns": world.DNS},
    }


def _layout(text, pins):
    """Labels of the two headers; where the profile does not know them, the pins that can be used, in order."""
    if text:
        return [column.split(" ") for column in text.split("|")]
    labels = [pin["names"][0] for pin in pins if pin["verdict"] != "forbidden"]
    return [labels[: len(labels) // 2], labels[len(labels) // 2 :]]


def _pins(board, profile):
    """A pin: `gpio`, names on the silkscreen, `key` in the world, verdict, why, and whether it reads, drives, measures."""
    why = dict(line.split(" ", 1) for line in profile["WHY"].strip().splitlines())
    for line in profile["PINS"].strip().splitlines():
        words, able, verdict = line.split("|")
        number, *names = words.split()
        gpio = int(number) if number.isdecimal() else None
        there = gpio in board.chip.pins
        measures = ("a" in able or "b" in able) and (there or gpio is None)
        yield {
            "gpio": gpio, "names": names, "verdict": verdict if there or gpio is None else "forbidden", "why": why.get(number, ""),
            "key": board.label(gpio) if there else None,
            "adc": board.adc_label(board.adc(names[0] if gpio is None else gpio)) if measures else None,
            "reads": "i" in able, "drives": "o" in able,
        }  # fmt: skip
