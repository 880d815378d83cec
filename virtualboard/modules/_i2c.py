# SoftI2C and I2C: the wires lead to the world's devices.
from errno import ENODEV, ETIMEDOUT

import _vb
from _pin import Pin

_ask = _vb.fn("ask")
_esp8266 = bool(_vb.fact("hidden"))


class SoftI2C:
    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        self._pins = Pin(scl)._n, Pin(sda)._n
        for pin in scl, sda:  # a module brings resistors that pull its wires up
            Pin(pin, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)

    def _ask(self, what, *arguments):
        found = _ask("i2c_" + what, self._pins[0] | self._pins[1] << 8, *arguments)
        if found < 0:
            raise OSError(ENODEV if found == -1 else ETIMEDOUT)
        return found

    def scan(self):
        return list(_vb.data(_ask("i2c_scan", self._pins[0] | self._pins[1] << 8)))

    def writeto(self, address, data, stop=True):
        self._ask("write", address, bytes(data))
        return len(data)

    def writevto(self, address, vector, stop=True):
        return self.writeto(address, b"".join(bytes(part) for part in vector), stop)

    def writeto_mem(self, address, memory, data, *, addrsize=8):
        self.writeto(address, memory.to_bytes(addrsize // 8, "big") + bytes(data))

    def readfrom(self, address, count, stop=True):
        return _vb.data(self._ask("read", address, count))

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
