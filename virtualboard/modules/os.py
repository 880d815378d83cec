# os of the chips: no environment, no shell. What each engine has of its own is in _os.
from collections import namedtuple as _namedtuple

from _os import *
from _vb import named as _named
from uos import chdir, getcwd, ilistdir, listdir, mkdir, mount, remove, rename, rmdir, stat, umount, unlink

_uname = _namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _uname(_named("port"), _named("port"), _named("release"), _named("version"), _named("machine"))


def sync():
    pass


def dupterm(stream, index=0):
    if stream is not None:
        raise OSError("os.dupterm: this board's only terminal is its serial console")


def dupterm_notify(unused):
    pass
