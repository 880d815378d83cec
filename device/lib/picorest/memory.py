"""How much memory there is, and whether there is a module `user` that adds endpoints and takes some of it."""

import gc
import os
import sys

from .parts import PARTS

HEAP = gc.mem_free() + gc.mem_alloc()
SMALL = HEAP < 80000


def _user():
    for folder in ["", "/lib"] + sys.path:
        try:
            for entry in os.ilistdir(folder):
                if entry[0] in ("user.py", "user.mpy", "user"):
                    return True
        except OSError:
            pass
    return False


def driver_error(e):
    """What to raise for a RuntimeError of the firmware: an OSError for what an ESP32's drivers say that way, such as
    "Wifi Unknown Error 0x3006" or "out of PWM timers:4"; the same again for a stack without room for another call."""
    return e if "recursion" in str(e) else OSError(str(e))


has_user = "user" in PARTS and _user()
