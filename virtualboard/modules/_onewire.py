# The OneWire primitive of both ports (extmod/modonewire.c): a pin's wire leads to the world's devices.
import _vb

_ask = _vb.fn("ask")


def reset(pin):
    _vb.pause(1)
    return bool(_ask("onewire_reset", pin._n))


def readbit(pin):
    return _ask("onewire_slot", pin._n, 1)


def writebit(pin, value):
    _ask("onewire_slot", pin._n, 1 if value else 0)


def readbyte(pin):
    return _ask("onewire_byte", pin._n, 255)


def writebyte(pin, value):
    _ask("onewire_byte", pin._n, value & 255)


def crc8(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc
