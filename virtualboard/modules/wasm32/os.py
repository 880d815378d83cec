# os of the ESP8266, as far as this interpreter has it; what WASI lacks the host does.
from collections import namedtuple as _namedtuple

from _vb import fn as _fn
from _vb import named as _named
from uos import chdir, getcwd, ilistdir, listdir, mkdir, mount, remove, rename, rmdir, stat, umount, unlink

_random = _fn("random")
_space = _fn("space")
_uname = _namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _uname(_named("port"), _named("port"), _named("release"), _named("version"), _named("machine"))


def urandom(count):
    found = bytearray(count)
    _random(found)
    return bytes(found)


def statvfs(path):
    stat(path)
    blocks, free = _space(0), _space(1)
    return 4096, 4096, blocks, free, free, 0, 0, 0, 0, 255


def sync():
    pass


def dupterm(stream, index=0):
    if stream is not None:
        raise OSError("os.dupterm: this board's only terminal is its serial console")


def dupterm_notify(unused):
    pass
