"""The folders of the user's own modules, which come behind the program's. Imported for that moment, then dropped.
On an ESP8266 not without user."""

import os
import sys


def add():
    """Make the user's modules importable, and tell of those that never will be: something else has their name."""
    for folder in ("", "/lib"):
        if folder in sys.path:
            continue  # the program was installed as a library and lies there itself
        try:
            for file in os.listdir(folder or "/"):
                name = file.rsplit(".", 1)[0]
                if file == name + ".py" or file == name + ".mpy":
                    _look(name, file)
        except OSError:
            continue
        sys.path.append(folder)


def _look(name, file):
    try:
        # entered by hand: where it is MicroPython's own, the table of modules does not have it, and the user's would be next
        sys.modules[name] = __import__(name)  # name: of a file on the board
    except ImportError:
        return
    print("%s is not used: MicroPython or picorest has a module of that name. Rename it." % file)
