# SoftI2C and I2C: the wires lead to the world's devices.
from errno import ENODEV

import _vb
from _pin import Pin

_ask = _vb.fn("ask")
_esp8266 = bool(_vb.fact("hidden"))


class SoftI2C:
    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        self._pins = Pin(scl)._n, Pin(sda)._n
        Pin(scl, Pin.OPEN_DRAIN, value=1)
        Pin(sda, Pin.OPEN_DRAIN, value=1)

    def scan(self):
        return list(_vb.data(_ask("i2c_scan", *self._pins)))

    def writeto(self, address, data, stop=True):
        if _ask("i2c_write", self._pins[0], self._pins[1], address, data) < 0:
            raise OSError(ENODEV)
        return len(data)

    def writevto(self, address, vector, stop=True):
        return self.writeto(address, b"".join(bytes(part) for part in vector), stop)

    def writeto_mem(self, address, memory, data, *, addrsize=8):
        self.writeto(address, memory.to_bytes(addrsize // 8, "big") + bytes(data))

    def readfrom(self, address, count, stop=True):
        got = _ask("i2c_read", self._pins[0], self._pins[1], address, count)
        if got < 0:
            raise OSError(ENODEV)
        return _vb.data(got)

    def readfrom_into(self, address, buf, stop=True):
        buf[:] = self.readfrom(address, len(buf), stop)

    def readfrom_mem(self, address, memory, count, *, addrsize=8):
        self.writeto(address, memory.to_bytes(addrsize // 8, "big"))
        return self.readfrom(address, count)

    def readfrom_mem_into(self, address, memory, buf, *, addrsize=8):
        buf[:] = self.readfrom_mem(address, memory, len(buf), addrsize=addrsize)


class I2C(SoftI2C):
    def __init__(self, id=0, *, scl=None, sda=None, freq=400000, timeout=50000):
        if _esp8266 and id != -1 and scl is None:
            raise TypeError("scl and sda are needed: this chip has no I2C of its own")
        default = (5, 4) if _esp8266 else (18, 19) if id == 0 else (25, 26)
        super().__init__(
            default[0] if scl is None else scl, default[1] if sda is None else sda, freq=freq, timeout=timeout
        )
