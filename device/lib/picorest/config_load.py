"""Reading the configuration file at boot. Then dropped."""

import json
import os

from .config import warn
from .config_merge import pack
from .config_schema import check
from .config_write import MOST
from .strict import settle

_LIMIT = const(4096)


def load(config):
    """Fill config.data from its file and return warnings; a file that cannot be used is kept as config.broken.json."""
    path = config.path
    fresh = path + ".new"
    if _size(fresh) is not None:
        # the power went while it was written; only a file system that cannot rename over a file leaves it the last copy
        if _size(path) is None and _whole(fresh):
            os.rename(fresh, path)
        else:
            os.remove(fresh)
    if _size(path) is None:
        if _size(_aside(path)) is not None:
            config.broken = "that was at an earlier start; it is config.broken.json now"
        return ()
    try:
        data, once = _read(path)
        warnings = check(data)
        if not once:
            warn(warnings, "a key stands twice in the file: what it says last holds")
        size = 2
        for name, value in data.items():
            value = data[name] = pack(value)
            size += len(name) + 5 + len(value if isinstance(value, bytes) else json.dumps(value))
        if size > MOST:
            raise ValueError("", "it is larger than the %d bytes that this board has memory for" % MOST)
        config.data = data
        return warnings
    except ValueError as e:
        config.broken = e.args[-1]
    except MemoryError:
        config.broken = "it does not fit into the memory"
    except OSError:
        config.broken = "it cannot be read"
    try:
        os.rename(path, _aside(path))
    except OSError:
        pass
    return ()


def _aside(path):
    return path.rsplit(".", 1)[0] + ".broken.json"


def _size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return None


def _whole(path):
    try:
        check(_read(path)[0])
        return True
    except (OSError, ValueError, MemoryError):
        return False


def _read(path):
    """What the file says, and whether each key of an object stands there once."""
    if _size(path) > _LIMIT:
        raise ValueError("", "the file is larger than 4096 bytes")
    with open(path, "rb") as f:
        start = 3 if f.read(3) == b"\xef\xbb\xbf" else 0  # Windows editors may put a byte order mark first
        f.seek(start)
        try:
            data = json.load(f)
        except ValueError:
            end = f.tell()
            f.seek(0)
            number = f.read(end).count(b"\n") + 1
            raise ValueError("", "the file is not valid JSON (look at line %d)" % number) from None
        f.seek(start)
        return data, settle(data) == _colons(f)


def _colons(f):
    # those outside of texts: as many as there are members
    count = 0
    inside = False
    while True:
        part = f.read(64)
        if not part:
            return count
        for c in part:
            if inside == 2:
                inside = True
            elif c == 0x5C and inside:
                inside = 2  # what comes next is escaped
            elif c == 0x22:
                inside = not inside
            elif c == 0x3A and not inside:
                count += 1
