"""picorest.version, the file that says which of two versions runs (versions.py explains it), and the trial of a new one."""

import asyncio
import os

from .. import log
from ..overlay import drop

_FILE = const("picorest.version")
# its words: the place of a version, its id and, while there is another one, a mark and the same of that
ID = const(1)
MARK = const(2)
OTHER = const(3)
OTHER_ID = const(4)


def read():
    """The words of the file; those of a board that has none yet."""
    return kept(_FILE) or ["0" if rom() else "/", "-"]


def write(words):
    """Replace the file."""
    replace(_FILE, words)


def kept(name):
    """The words of a file that replace() has written, None if there is none."""
    for place in (name, name + ".new"):  # FAT has only the second for a moment
        try:
            with open(place) as file:
                line = file.read()
            if line[-1:] == "\n":  # else the power went while it was written
                return line.split()
        except (OSError, ValueError):
            pass


def replace(name, words):
    """Write a file of words in one step: whenever the power goes, it is the old one or the new one."""
    with open(name + ".new", "w") as file:
        file.write(" ".join(words) + "\n")
    try:
        os.rename(name + ".new", name)
    except OSError:  # FAT cannot rename over a file
        os.remove(name)
        os.rename(name + ".new", name)


def rom():
    """Bytes of the ROMFS partition, 0 if there is none."""
    import vfs

    return len(vfs.rom_ioctl(2, 0)) if hasattr(vfs, "rom_ioctl") and vfs.rom_ioctl(1) > 0 else 0


async def confirm_when_healthy(app):
    """Keep this version once it has been well for half a minute and, if it came over Wi-Fi, was asked something."""
    words = read()
    well = 0
    while well < 30 or words[MARK] == "!w" and not app.requests:
        await asyncio.sleep(1)
        well = 0 if app.failures else well + 1
    write(words[OTHER:])
    app.trial.deinit()
    app.trial = None
    print("Version %s has proved itself." % words[OTHER_ID])
    log.add(app.board, log.KEPT, words[OTHER_ID])
    drop("update.confirm")
