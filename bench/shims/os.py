"""The unix port's `os`, and the chip's name."""

from collections import namedtuple

from uos import *  # noqa: F403

_Uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))


def uname():
    return _Uname("esp32", "esp32", "bench", "bench", "Arduino Nano ESP32 with ESP32S3")
