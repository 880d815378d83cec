# PWM with the limits of each port (ports/esp8266/esppwm.c, ports/esp32/machine_pwm.c). Duty is kept as 0..65536.
import _vb
from _pin import Pin

_pwm = _vb.fn("pin_pwm")
_mode = _vb.fn("pin_mode")
_esp8266 = bool(_vb.fact("hidden"))
_able = _vb.data(_vb.fact("pwm"))
_channels = _vb.fact("pwm_channels")
_max = _vb.fact("pwm_max")
_common = [500]  # the ESP8266 has one frequency for all
_active = {}


class PWM:
    def __init__(self, dest, freq=-1, duty=-1, duty_u16=-1, duty_ns=-1, **kwargs):
        self._pin = Pin(dest)
        n = self._pin._n
        if not _esp8266:
            for name in kwargs:
                if name not in ("invert", "lightsleep"):
                    raise TypeError("extra keyword arguments given")
            if n not in _able:
                raise OSError(-258, "ESP_ERR_INVALID_ARG")
            if n not in _active and len(_active) >= _channels:
                raise RuntimeError("out of PWM channels:%d" % _channels)
        elif kwargs:
            raise TypeError("extra keyword arguments given")
        elif n not in _able:
            raise ValueError("PWM not supported on pin %d" % n)
        old = _active.get(n)
        self._freq = old._freq if old else 5000
        self._duty = old._duty if old else (0 if _esp8266 else 32768)
        self.init(freq, duty, duty_u16, duty_ns)

    def init(self, freq=-1, duty=-1, duty_u16=-1, duty_ns=-1, **kwargs):
        if freq != -1:
            self._set_freq(freq)
        _active[self._pin._n] = self
        if duty != -1:
            self._set(duty, 1024)
        if duty_u16 != -1:
            # this port scales the constructor's duty by 1000, not 1024: full is 97.8 %
            self._set(duty_u16 * 1000 // 65535, 1024) if _esp8266 else self._set(duty_u16, 65536)
        if duty_ns != -1:
            self._set(duty_ns * self._now() // 1000, 1000000)
        self._apply()

    def deinit(self):
        _active.pop(self._pin._n, None)
        _pwm(self._pin._n, 0, 0)
        _mode(self._pin._n, 2, -1)

    def _now(self):
        return _common[0] if _esp8266 else self._freq

    def _set_freq(self, freq):
        if _esp8266:
            _common[0] = min(max(freq & 0xFFFF, 1), _max)
            for n, other in _active.items():
                _pwm(n, _common[0], other._duty)
        elif not 0 < freq <= _max:
            raise ValueError("frequency must be from 1Hz to %dMHz" % (_max // 1000000))
        else:
            self._freq = freq

    def _set(self, duty, full):
        if _esp8266:
            duty = min(max(duty * 1024 // full, 0), 1023)
            self._duty = 65536 if duty == 1023 else duty * 64
        elif not 0 <= duty < full:
            raise ValueError("duty%s must be from 0 to %d" % ("" if full == 1024 else "_u16", full - 1))
        else:
            self._duty = 65536 if duty == full - 1 else duty * 65536 // full

    def _apply(self):
        if self._pin._n in _active:
            _pwm(self._pin._n, self._now(), self._duty)
            _mode(self._pin._n, 4, -1)

    def freq(self, value=None):
        if value is None:
            return self._now()
        self._set_freq(value)
        self._apply()

    def _steps(self):
        return min(self._duty // 64, 1023)

    def duty(self, value=None):
        if value is None:
            return self._steps()
        self._set(value, 1024)
        self._apply()

    def duty_u16(self, value=None):
        if value is None:
            return self._steps() * 65535 // 1024 if _esp8266 else min(self._duty, 65535)
        self._set(value * 1024 // 65535, 1024) if _esp8266 else self._set(value, 65536)
        self._apply()

    def duty_ns(self, value=None):
        if value is None:
            return self._duty * 1000000000 // (65536 * self._now())
        self._set(value * self._now() // 1000, 1000000)
        self._apply()
