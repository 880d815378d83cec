"""The unix port's `os`, and the chip's name."""

from uos import *  # noqa: F403


def uname():
    return ("esp32", "esp32", "bench", "bench", "Arduino Nano ESP32 with ESP32S3")
