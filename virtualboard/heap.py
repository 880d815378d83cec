"""How large the interpreter's heap must be so that the device finds exactly the chip's: stand-ins cost it nothing."""

import json

from . import shims

_START = 28 * 1024  # about what the stand-ins occupy


def heapsize(ident, board, target, measure):
    """The -X heapsize that leaves `target` bytes free at boot.py. `measure(size)` starts a board to find out; what it
    found is kept for the stand-ins with the hash `ident`."""
    note = shims.cache() / f"heap-{ident}-{board.name}-{target}.json"
    if note.exists():
        return json.loads(note.read_text())
    size = target + _START
    for _ in range(4):
        missing = target - measure(size)
        if 0 <= -missing < 256:
            break
        size += (missing + missing // 60 + 31) // 32 * 32  # a heap keeps a table of about a sixtieth of itself
    shims.write(note, json.dumps(size).encode())
    return size
