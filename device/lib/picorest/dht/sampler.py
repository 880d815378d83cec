"""DHT11 and DHT22 sensors: read in the background, judged, and kept for whoever asks.

The five bytes of a reading are decoded here and not by the firmware's `dht` module: that one drops the decimals and the
sign of a DHT11, so that -0.5 degrees would be told as 0, and it hands out a frame of nothing but zeros as a reading. Both
ports have the primitive underneath, machine.dht_readinto, and it is all that is needed.

A reading blocks the whole board for about 275 ms. There is one task for all sensors; it lets everyone else run between
two readings, so a request waits for one reading at most.

A sensor is a list, because an object would take twice the memory. configure.py makes these lists, routes/dht.py tells them in
words.
"""

import asyncio

from .. import clock

# the columns of a sensor
PIN = const(0)  # GPIO number
TYPE = const(1)  # 11 or 22
TEMPERATURE = const(2)  # the last good reading, in tenths of a degree; None: there is none
HUMIDITY = const(3)  # in tenths of a percent
START = const(4)  # ticks at which that was read
DUE = const(5)  # ticks at which it is read next
COUNT = const(6)  # readings tried,
ERRORS = const(7)  # and those of them that failed or were rejected,
FAILURES = const(8)  # and how many of these in a row, up to now
ERROR = const(9)  # what was wrong with the last one; 0: nothing
DATA = const(10)  # its five bytes

# what was wrong with a reading; the words are in routes/dht.py
_SILENT = const(1)
_GARBLED = const(2)
_ZERO = const(3)
_OTHER = const(4)
_IMPOSSIBLE = const(5)
_JUMP = const(6)

_PAUSE = const(250)  # ms for everyone else between two readings
_EVERY = const(5000)  # ms between two readings of a sensor
_FORGET = const(86400000)  # ms after which the last good reading of a dead sensor says nothing any more, and ticks wrap
_DEGREES = const(50)  # a difference of more than this to the last good reading is a jump, in tenths
_PERCENT = const(200)


class Dht:
    """The sensors of a board, in `list`."""

    def __init__(self, board):
        self.board = board
        self.list = []

    async def run(self):
        """Read one sensor after the other, for ever."""
        n = 0
        while True:
            await asyncio.sleep_ms(_PAUSE)
            n = (n + 1) % len(self.list)
            sensor = self.list[n]
            if clock.ticks_diff(clock.ticks_ms(), sensor[DUE]) >= 0:
                self.read(sensor)

    def read(self, sensor):
        """Read a sensor once, and take the reading over if it can be believed."""
        data = bytearray(5)
        error = _SILENT
        try:
            self.board.dht_frame(sensor[PIN], data)
            error = check(sensor, data)
        except OSError:
            pass
        now = clock.ticks_ms()
        wait = _EVERY
        if error:
            sensor[ERRORS] += 1
            sensor[FAILURES] += 1
            if sensor[FAILURES] < 3:
                # look again as soon as the sensor can: after 1 s a DHT11, after 2 s a DHT22
                wait = sensor[TYPE] // 11 * 1000
            if clock.ticks_diff(now, sensor[START]) > _FORGET:
                sensor[TEMPERATURE] = None
        else:
            sensor[TEMPERATURE], sensor[HUMIDITY], _ = decode(sensor[TYPE], data)
            data = None
            sensor[START] = now
            sensor[FAILURES] = 0
        sensor[COUNT] += 1
        sensor[ERROR] = error
        sensor[DATA] = data
        sensor[DUE] = clock.ticks_add(now, wait)

    def value(self, gpio, name):
        """(the last good "temperature" in degrees Celsius or "humidity" in %, seconds ago); None when there is no sensor on
        that pin, or no good reading yet."""
        n = TEMPERATURE if name == "temperature" else HUMIDITY if name == "humidity" else 0
        for sensor in self.list:
            if sensor[PIN] == gpio and n and sensor[TEMPERATURE] is not None:
                return sensor[n] / 10, clock.ticks_diff(clock.ticks_ms(), sensor[START]) / 1000
        return None


def check(sensor, data):
    """What is wrong with a frame of a sensor; 0 if it is to be believed."""
    if sum(data[:4]) & 255 != data[4]:
        return _GARBLED
    if data == bytes(5):
        return _ZERO
    type = sensor[TYPE]
    temperature, humidity, sound = decode(type, data)
    if not sound:
        return _OTHER if decode(33 - type, data)[2] else _IMPOSSIBLE
    old, wet = sensor[TEMPERATURE], sensor[HUMIDITY]
    if old is None or abs(temperature - old) <= _DEGREES and abs(humidity - wet) <= _PERCENT:
        return 0
    # the air does not do that in seconds: believed only when the reading before said so already
    if sensor[ERROR] != _JUMP:
        return _JUMP
    old, wet, _ = decode(type, sensor[DATA])
    return 0 if abs(temperature - old) <= _DEGREES and abs(humidity - wet) <= _PERCENT else _JUMP


def decode(type, data):
    """(temperature, humidity, whether such a sensor can measure that) of a frame, in tenths of a degree and of a percent."""
    if type == 22:
        humidity = data[0] << 8 | data[1]
        temperature = data[2] << 8 | data[3]
        if temperature & 0x8000:
            # below zero some send a sign and an amount, others two's complement: no cold that they can measure reads as both
            temperature = temperature - 0x10000 if temperature & 0x4000 else 0x8000 - temperature
        return temperature, humidity, -400 <= temperature <= 800 and 0 < humidity <= 1000
    humidity = data[0] * 10 + data[1]
    temperature = data[2] * 10 + (data[3] & 127)
    if data[3] & 128:
        temperature = -temperature
    sound = data[1] < 10 and data[3] & 127 < 10
    return temperature, humidity, sound and 0 <= temperature <= 500 and 200 <= humidity <= 900
