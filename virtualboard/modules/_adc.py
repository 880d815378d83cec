# ADC: volts of the world on the scale of each port.
from errno import ETIMEDOUT

import _vb
from _pin import Pin

_ask = _vb.fn("ask")
_mode = _vb.fn("pin_mode")
_esp8266 = bool(_vb.fact("hidden"))
_channels = _vb.data(_vb.fact("adc"))


class ADC:
    if not _esp8266:
        ATTN_0DB, ATTN_2_5DB, ATTN_6DB, ATTN_11DB = 0, 1, 2, 3
        WIDTH_12BIT = 12

    def __init__(self, id, *, atten=3):
        if _esp8266:
            if id not in (0, 1):
                raise ValueError("ADC(%d) doesn't exist" % id)
            self._n = id
            return
        self._n = Pin(id)._n
        if self._n not in _channels:
            raise ValueError("invalid pin")
        self._atten = 3
        self.atten(atten)
        _mode(self._n, 0, 0)  # the pad is analogue now: as a digital one it reads 0 until it is set up again

    def _uv(self):
        uv = _ask("adc", self._n)
        if uv < 0:
            raise OSError(ETIMEDOUT)  # ADC2 belongs to the radio
        return uv

    def read(self):
        if _esp8266:
            return min(self._uv() * 1024 // 1000000, 1024)
        return min(self._uv() * 4095 // (1000000, 1340000, 2000000, 3300000)[self._atten], 4095)

    def read_u16(self):
        raw = self.read()
        return raw * 65535 // 1024 if _esp8266 else raw << 4 | raw >> 8

    if not _esp8266:

        def read_uv(self):
            return self._uv()

        def atten(self, value):
            if value not in (0, 1, 2, 3):
                raise ValueError("invalid attenuation")
            self._atten = value

        def width(self, value):
            if value != 12:
                raise ValueError("invalid bit-width")
