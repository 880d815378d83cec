# esp: the flash chip and the SDK's odds and ends.
from errno import EIO

import _vb

_read = _vb.fn("chip_read")
_write = _vb.fn("chip_write")
_erase = _vb.fn("chip_erase")


def osdebug(*args):
    if not args:
        raise TypeError("function missing 1 required positional arguments")


def flash_size():
    return _vb.fact("flash_size")


def flash_user_start():
    return _vb.fact("fs_start")


def flash_read(offset, target):
    own = isinstance(target, int)
    if own and not _vb.fact("hidden"):
        raise TypeError("object with buffer protocol required")
    buf = bytearray(target) if own else target
    if _read(offset, buf):
        raise OSError(EIO)
    return bytes(buf) if own else None


def flash_write(offset, buf):
    if len(buf) & 3 and _vb.fact("hidden"):
        raise ValueError("len must be multiple of 4")
    if _write(offset, buf):
        raise OSError(EIO)


def flash_erase(sector):
    if _erase(sector):
        raise OSError(EIO)


if _vb.fact("hidden"):
    SLEEP_NONE = 0
    SLEEP_LIGHT = 1
    SLEEP_MODEM = 2
    _sleep = [SLEEP_MODEM]

    def flash_id():
        return 0x1640EF

    def check_fw():
        return True

    def freemem():
        return 30000

    def sleep_type(kind=None):
        if kind is None:
            return _sleep[0]
        _sleep[0] = kind

    def deepsleep(us=0, option=0):
        _vb.fn("tell")("deepsleep", us)

else:
    LOG_NONE = 0
    LOG_ERROR = 1
    LOG_WARNING = 2
    LOG_INFO = 3
    LOG_DEBUG = 4
    LOG_VERBOSE = 5
