# Pin and Signal, with the rules of each port (ports/esp8266/machine_pin.c, ports/esp32/machine_pin.c).
import _vb

_get = _vb.fn("pin_get")
_set = _vb.fn("pin_set")
_latch = _vb.fn("pin_latch")
_mode = _vb.fn("pin_mode")
_state = _vb.fn("pin_state")
_irq = _vb.fn("pin_irq")
_esp8266 = bool(_vb.fact("hidden"))
_names = {}
_none = object()  # "no argument", where None means something
_inputs = _vb.data(_vb.fact("input_only"))
_no_irq = _vb.data(_vb.fact("no_irq"))


class _Irq:
    def __init__(self, pin):
        self._pin = pin

    def trigger(self, new=None):
        old = self._pin._trigger
        if new is not None:
            self._pin._trigger = new
            _irq(self._pin._n, new)
        return old

    def __call__(self):
        _vb.fire(self._pin._n)


class Pin:
    if _esp8266:
        IN, OUT, OPEN_DRAIN, PULL_UP = 0, 1, 2, 1
    else:
        IN, OUT, OPEN_DRAIN, PULL_DOWN, PULL_UP = 1, 3, 7, 1, 2
        WAKE_LOW, WAKE_HIGH = 4, 5
        DRIVE_0, DRIVE_1, DRIVE_2, DRIVE_3 = 0, 1, 2, 3
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __new__(cls, id, *args, **kwargs):
        if isinstance(id, Pin):
            return id
        if isinstance(id, str) and not _esp8266:
            id = _names.get(id, -1)
        pin = _pins.get(id) if isinstance(id, int) else None
        if pin is None:
            raise ValueError("invalid pin")
        return pin

    def __init__(self, id, *args, **kwargs):
        if args or kwargs:
            self.init(*args, **kwargs)

    if _esp8266:

        def init(self, mode, pull=None, *, value=None):
            if not isinstance(mode, int):
                raise TypeError("can't convert %s to int" % type(mode).__name__)
            if mode not in (0, 1, 2):
                raise ValueError("Pin mode %d does not exist on this chip" % mode)
            if pull is not None and pull not in (0, 1):
                raise ValueError("Pin pull %r does not exist on this chip" % pull)
            n = self._n
            if n == 16 and pull:
                raise ValueError("Pin(16) doesn't support pull")
            if n == 16:
                if mode == 2:
                    mode = 0  # the port never lets it pull low
                elif value is None:
                    value = 1  # what the port writes for "no value"
            if value is not None and mode:
                _set(n, 1 if value else 0)
            _mode(n, mode + 1, 1 if pull else 0)

    else:

        def init(self, mode=None, pull=-1, *, value=_none, drive=None, hold=None, alt=None):
            n = self._n
            if mode is not None and mode not in (1, 3, 7):
                raise ValueError("Pin mode %r does not exist on this chip" % mode)
            if mode is not None and mode != 1 and n in _inputs:
                raise ValueError("pin can only be input")
            if value is not _none:
                _set(n, 1 if value else 0)
            if pull is None:
                pull = 0
            elif pull not in (-1, 1, 2, 3):
                raise ValueError("Pin pull %r does not exist on this chip" % pull)
            elif n in _inputs and pull > 0:
                pull = 0  # the chip takes the call and has no resistor there
            _mode(n, -1 if mode is None else {1: 1, 3: 2, 7: 3}[mode], {-1: -1, 0: 0, 1: 2, 2: 1, 3: 1}[pull])

    def value(self, x=_none):
        if x is _none:
            return _get(self._n)
        if _esp8266 and _state(self._n) < 2:
            return  # an input's latch is not written on this port
        _set(self._n, 1 if x else 0)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def toggle(self):
        self.value(1 - _latch(self._n))

    def irq(self, handler=_none, trigger=3, hard=False, wake=None):
        if self._n in _no_irq:
            raise OSError("pin does not have IRQ capabilities")
        if hard:
            raise ValueError("hard IRQ not supported")
        irq = _Irq(self)  # not kept: a chip has it outside the heap
        if handler is not _none:
            if handler is None:
                _vb.handlers.pop(self._n, None)
                irq.trigger(0)
            else:
                _vb.handlers[self._n] = handler, self
                irq.trigger(trigger)
        return irq

    def __repr__(self):
        if _esp8266:
            return "Pin(%d)" % self._n
        return "Pin(%d, mode=Pin.%s)" % (self._n, ("IN", "IN", "OUT", "OPEN_DRAIN", "OUT")[_state(self._n)])


def _make(number):
    pin = object.__new__(Pin)
    pin._n = number
    pin._trigger = 0  # now: entered later, it would lie in the midst of what is free, where a chip has nothing
    return pin


_pins = {number: _make(number) for number in _vb.data(_vb.fact("pins"))}
if not _esp8266:

    class _Board:
        pass

    for _entry in _vb.named("names").split():
        _name, _number = _entry.split("=")
        _names[_name] = int(_number)
        setattr(_Board, _name, _pins[int(_number)])
    Pin.board = _Board


class Signal:
    def __init__(self, pin, *args, invert=False, **kwargs):
        if not hasattr(pin, "value"):
            pin = Pin(pin, *args, **kwargs)
        self._pin = pin
        self._invert = bool(invert)

    def value(self, x=_none):
        if x is _none:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(x) ^ self._invert)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)
