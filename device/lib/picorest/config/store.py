"""Storing the configuration. Imported for that moment, then dropped.

The file is only ever replaced whole, by renaming a finished copy over it: LittleFS does that in one step, so a power
cut leaves either the old or the new one. On FAT nothing does, so there it is kept in NVS, see nvs.py.
"""

import json
import os
from io import BytesIO

from ..memory import SMALL
from ..overlay import drop
from .schema import TABLE

MOST = 1200 if SMALL else 4096  # bytes: the ESP8266 has to hold it in memory beside all else


def write(config, new):
    """Write the file and make `new` Config.data; returns the keys whose change waits for a restart. ValueError(key,
    words) if it is too large."""
    restart = _restart(config.data, new)
    static = _at(config.data, "wifi.static")
    if static != _at(new, "wifi.static"):
        from .address_backup import keep

        keep(config, static)
    nvs = None
    if not SMALL:
        from ..nvs import find

        nvs = find()
        drop("nvs")
    if nvs:
        data = BytesIO()
        _fits(_dump(data, new))
        nvs.put("config", data.getvalue())
        try:
            os.remove(config.path)  # one that had no room in NVS
        except OSError:
            pass
    else:
        _replace(config.path, new)
    return restart


def _fits(size):
    if size > MOST:
        raise ValueError("", "The configuration would be larger than %d bytes" % MOST)


def _replace(path, data):
    fresh = path + ".new"
    f = None
    try:
        with open(fresh, "wb") as f:
            size = _dump(f, data)
        _fits(size)
    except Exception:
        if f:  # else an error of remove() would take the place of a MemoryError: without memory there is one object for both
            os.remove(fresh)
        raise
    os.rename(fresh, path)


def _dump(f, data):
    # returns how many bytes it wrote
    size = 2
    mark = b"{"
    for name, value in data.items():
        size += f.write(mark)
        size += f.write(json.dumps(name))
        size += f.write(b":")
        size += f.write(value if isinstance(value, bytes) else json.dumps(value))
        mark = b",\n"
    f.write(b"}" if data else b"{}")
    return size


def _restart(old, new):
    """The changed keys that are read at boot only."""
    changed = []
    at = TABLE.find(" restart ")
    while at >= 0:
        key = TABLE[TABLE.rfind("\n", 0, at) + 1 : at].split(" ")[0]
        top = key.split(".")[0]
        if "*" not in key and old.get(top) != new.get(top) and _at(old, key) != _at(new, key):
            changed.append(key)
        at = TABLE.find(" restart ", at + 1)
    return changed


def _at(data, key):
    for step in key.split("."):
        data = data.get(step) if isinstance(data, dict) else None
        if isinstance(data, bytes):
            data = json.loads(data)
    return data
