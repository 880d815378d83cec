"""The unix port's `os`, and the chip's name."""

from uos import *  # noqa: F403


def uname():
    return ("esp8266", "esp8266", "bench", "bench", "ESP8266 module with ESP8266")
