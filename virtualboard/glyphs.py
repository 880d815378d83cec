"""The letters of framebuf's font, to read what is on a display."""

import functools
import json
import subprocess
import sys
from pathlib import Path

from host import computers

from . import shims

_DRAW = """
import framebuf, json
b = bytearray(8)
f = framebuf.FrameBuffer(b, 8, 8, framebuf.MONO_VLSB)
out = {}
for n in range(33, 127):
    f.fill(0)
    f.text(chr(n), 0, 0)
    out[chr(n)] = list(b)
print(json.dumps(out))
"""


@functools.cache
def glyphs():
    """{eight column bytes: letter}, drawn once by the interpreter itself."""
    note = shims.cache() / "glyphs.json"
    if not note.exists():
        if not computers.this().interpreter:
            return {}  # the engine wasm32 alone: the display is drawn, its letters stay unread
        run = "import sys; sys.path.insert(0, sys.argv[1]); import micropython_run as m; m.run_main(sys.argv[2:])"
        place = str(Path(shims.interpreter()).parent)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", run, place, "micropython", "-c", _DRAW], capture_output=True, check=True)
        shims.write(note, done.stdout)
    return {bytes(columns): letter for letter, columns in json.loads(note.read_text()).items()}
