"""Reading the configuration file at boot. Then dropped."""

import json
import os

from .config_merge import pack
from .config_schema import check
from .config_write import MOST

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
        data = _read(path)
        warnings = check(data)
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
    except RuntimeError:
        config.broken = "it is nested too deeply"
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
        check(_read(path))
        return True
    except (OSError, ValueError, MemoryError, RuntimeError):
        return False


def _read(path):
    if _size(path) > _LIMIT:
        raise ValueError("", "the file is larger than 4096 bytes")
    with open(path, "rb") as f:
        if f.read(3) != b"\xef\xbb\xbf":  # Windows editors may put a byte order mark first
            f.seek(0)
        try:
            return json.load(f)
        except ValueError:
            end = f.tell()
            f.seek(0)
            number = f.read(end).count(b"\n") + 1
            raise ValueError("", "the file is not valid JSON (look at line %d)" % number) from None
