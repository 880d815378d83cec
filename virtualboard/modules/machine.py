# machine: assembled from one module per idea.
from errno import ETIMEDOUT

import _vb
from _adc import ADC
from _i2c import I2C, SoftI2C
from _pin import Pin, Signal
from _pwm import PWM
from _rtc import RTC
from _timer import WDT, Timer

_tell = _vb.fn("tell")
_ask = _vb.fn("ask")
_esp8266 = _vb.fact("hidden")
if _esp8266:
    PWRON_RESET, WDT_RESET, SOFT_RESET, DEEPSLEEP_RESET, HARD_RESET = 0, 1, 4, 5, 6
    DEEPSLEEP = 4
else:
    PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
    SLEEP = 2
    DEEPSLEEP = 4
_mhz = [_vb.fact("mhz")]


def reset():
    _tell("reset", "reset")


def soft_reset():
    _tell("reset", "soft")


def reset_cause():
    return _vb.fact("cause")


def unique_id():
    mac = _vb.data(_vb.fact("mac"))
    return bytes((mac[5], mac[4], mac[3], 0)) if _esp8266 else mac


def freq(hz=None):
    if hz is None:
        return _mhz[0] * 1000000
    if hz // 1000000 not in ((80, 160) if _esp8266 else (20, 40, 80, 160, 240)):
        raise ValueError(
            "frequency can only be either 80Mhz or 160MHz"
            if _esp8266
            else "frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz"
        )
    _mhz[0] = hz // 1000000


def idle():
    _vb.pause(1)


def lightsleep(ms=None):
    _vb.pause(-1 if ms is None else max(ms, 0))


sleep = lightsleep


def deepsleep(ms=0):
    _tell("deepsleep", max(ms, 0) * 1000)


def disable_irq():
    return 0


def enable_irq(state=0):
    pass


def dht_readinto(pin, buf):
    if len(buf) < 5:
        raise ValueError("buffer too small")
    pin.init(Pin.OPEN_DRAIN, value=1)
    _vb.pause(273)
    if _ask("dht", pin._n) != 5:
        raise OSError(ETIMEDOUT)
    buf[:5] = _vb.data(5)


def bootloader(timeout=0):
    raise NotImplementedError("machine.bootloader: this board has no bootloader")
