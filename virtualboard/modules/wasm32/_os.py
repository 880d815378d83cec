# What this engine's os has beside the common functions: what WASI lacks the host does.
from _vb import fn as _fn
from uos import stat as _stat

_random = _fn("random")
_space = _fn("space")


def urandom(count):
    found = bytearray(count)
    _random(found)
    return bytes(found)


def statvfs(path):
    _stat(path)
    blocks, free = _space(0), _space(1)
    return 4096, 4096, blocks, free, free, 0, 0, 0, 0, 255
