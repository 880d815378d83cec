"""Reading the configuration file at boot. Then dropped."""

import json
import os

from ..jsontext.characters import BACKSLASH, COLON, OPEN_OBJECT, QUOTE
from ..jsontext.validate import settle
from ..memory import SMALL
from ..overlay import drop
from ..utf8 import text
from .merge_patch import merge
from .schema import add_warning
from .store import MOST
from .validate import check

_LIMIT = const(4096)
_SIZE = const(6)  # column of os.stat()


def load(config):
    """Fill config.data and return warnings; a file that cannot be used is kept as config.broken.json."""
    path = config.path
    _finish(path)
    nvs = None
    if not SMALL:
        from ..nvs import find

        nvs = find()
        drop("nvs")
    warnings = None
    if _size(path) is not None:
        try:
            warnings = _take(config, _bytes(path))
        except ValueError as e:
            config.broken = e.args[-1]
        except MemoryError:
            config.broken = "it does not fit into the memory"
        except OSError:
            config.broken = "it cannot be read"
        if warnings is None:
            _rename(path, _aside(path))
        elif nvs:
            try:
                nvs.put("config", _bytes(path))
                os.remove(path)
            except OSError as e:
                print("config.json stays a file, there is no room for it in NVS:", e)
    elif _size(_aside(path)) is not None:
        config.broken = "that was at an earlier start; it is config.broken.json now"
    kept = nvs and warnings is None and nvs.get("config")
    if kept:
        try:
            warnings = _take(config, kept)
            if config.broken:
                config.broken += "; the configuration from before holds"
        except (ValueError, MemoryError) as e:
            config.broken = "what NVS holds of it cannot be used: %s" % e.args[-1]
    return warnings or ()


def _finish(path):
    # power may have gone while the file was replaced
    fresh = path + ".new"
    if _size(fresh) is not None:
        # only on FAT, which cannot rename over a file, `deploy` leaves it as the last copy
        if _size(path) is None and _whole(fresh):
            os.rename(fresh, path)
        else:
            os.remove(fresh)


def _take(config, data):
    # the configuration in bytes; returns warnings
    data, twice = _parse(data)
    warnings = check(data)
    for name in twice:
        add_warning(warnings, '"%s" stands twice in one object of the file: what it says last holds' % name)
    size = 2
    for name, value in data.items():
        size += len(name) + 5 + len(value if isinstance(value, bytes) else json.dumps(value))
    if size > MOST:
        raise ValueError("", "it is larger than the %d bytes that this board has memory for" % MOST)
    config.data = data
    return warnings


def _rename(path, to):
    try:
        if _size(to) is not None:
            os.remove(to)  # FAT cannot rename over a file
        os.rename(path, to)
    except OSError:
        pass


def _aside(path):
    return path.rsplit(".", 1)[0] + ".broken.json"


def _size(path):
    try:
        return os.stat(path)[_SIZE]
    except OSError:
        return None


def _whole(path):
    try:
        check(_parse(_bytes(path))[0])
        return True
    except (OSError, ValueError, MemoryError):
        return False


def _bytes(path):
    if _size(path) > _LIMIT:
        raise ValueError("", "the file is larger than 4096 bytes")
    with open(path, "rb") as f:
        return f.read()


def _parse(data):
    # (Config.data, the keys that were given twice)
    if data[:3] == b"\xef\xbb\xbf":  # Windows editors may put a byte order mark first
        data = data[3:]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise ValueError("", "the file is in UTF-16: save it as UTF-8")
    try:
        found = json.loads(text(data))
    except ValueError:
        raise ValueError("", "the file is not valid JSON%s" % _where(data)) from None
    if not isinstance(found, dict):
        check(found)  # says so
    settle(found)
    return merge({}, found), _twice(data)


def _where(data):
    try:
        text(data)
    except ValueError:
        return " in UTF-8: save it as UTF-8"
    return " (look at line %d)" % _line(data)


def _line(data):
    # the line in which reading it ends
    from io import BytesIO

    file = BytesIO(data)
    try:
        json.load(file)
    except ValueError:
        pass
    return data[: file.tell()].count(b"\n") + 1


def _twice(data):
    """The names of members that an object has twice, of sound JSON in bytes."""
    found = []
    objects = []  # of those that are open, the names so far; None for a list
    at = 0
    while at < len(data):
        byte = data[at]
        at += 1
        if byte in b"{[":
            objects.append([] if byte == OPEN_OBJECT else None)
        elif byte in b"}]":
            objects.pop()
        elif byte == QUOTE:
            start = at - 1
            while data[at] != QUOTE:
                at += 2 if data[at] == BACKSLASH else 1
            at += 1
            name = data[start:at]
            while data[at] in b" \t\r\n":
                at += 1
            if objects[-1] is not None and data[at] == COLON:
                if name in objects[-1] and len(found) < 9:
                    found.append(text(name)[1:33].rstrip('"'))
                objects[-1].append(name)
    return found
