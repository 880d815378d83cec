"""A board with DHT sensors on its pins, whose time passes only when a sensor is read or the program sleeps."""

import asyncio

from fakes.chip import Chip
from picorest.dht import sampler

BLOCKS = 275  # ms that reading a sensor takes


def frame(temperature, humidity, type=22):
    """The five bytes of a reading, from tenths of a degree and of a percent."""
    minus = 128 if temperature < 0 else 0
    temperature = abs(temperature)
    if type == 22:
        data = bytes([humidity >> 8, humidity & 255, temperature >> 8 | minus, temperature & 255])
    else:
        data = bytes([humidity // 10, humidity % 10, temperature // 10, temperature % 10 | minus])
    return data + bytes([sum(data) & 255])


class Sensor:
    """A sensor's list as an object."""

    NAMES = "pin type temperature humidity start due count errors failures error data".split()

    def __init__(self, values):
        for name, value in zip(self.NAMES, values):
            setattr(self, name, value)
        self.value = None if self.temperature is None else (self.temperature, self.humidity)


class World:
    """Is the board and, for picorest.dht, asyncio. `air`: pin -> frame, or None for silence; `asked`: (ms, pin) of each
    reading."""

    def __init__(self, *types):
        self.chip = Chip(4711)
        self.types = types
        self.air = {}
        self.asked = []
        self.now = 0

    def __enter__(self):
        self.chip.__enter__()
        self.dht = sampler.Dht(self)
        for pin, type in enumerate(self.types):
            self.dht.list.append([pin, type, None, 0, 4711, 4711 + type // 11 * 1000, 0, 0, 0, 0, None])
            self.air[pin] = frame(215, 525, type)
        return self

    def __exit__(self, *_):
        sampler.asyncio = asyncio
        self.chip.__exit__()

    def dht_frame(self, pin, data):
        self.asked.append((self.now, pin))
        self.wait(BLOCKS)
        answer = self.air[pin]
        data[:2] = b"\xff\xff"  # a failed reading leaves part of its bytes behind
        if answer is None:
            raise OSError(110)
        data[:] = answer

    def wait(self, ms):
        self.now += ms
        self.chip.wait(ms)

    # asyncio, as far as the sensors use it
    async def sleep_ms(self, ms):
        if self.now >= self.until:
            raise EOFError
        self.wait(ms)
        self.between()

    def between(self):
        """What others do while the sensors' task sleeps."""

    def run(self, ms):
        """Let the sensors be read for so long."""
        self.until = self.now + ms
        sampler.asyncio = self
        try:
            asyncio.run(self.dht.run())
        except EOFError:
            pass
        return Sensor(self.dht.list[0])

    def reading(self, answer):
        """The first sensor after its next reading, which gets this answer."""
        self.air[0] = answer
        count = self.dht.list[0][sampler.COUNT]
        while True:
            sensor = self.run(250)
            if sensor.count > count:
                return sensor
