"""What answers the chip's questions about the world: sensors, inputs, the display, reset memory."""

from . import shared_memory as p
from .devices import i2c, onewire, ssd1306

PATIENCE = 5  # real seconds that a watchdog waits at least, if it is not told to wait less


class Hardware:
    """Methods named ask_X answer the question X of the board's process; numbers are GPIO numbers."""

    def __init__(self, board, page, now):
        self.board, self.page, self.now = board, page, now
        self.world = {}
        self.i2c = i2c.Bus()
        self.wires = {}  # GPIO number: onewire.Wire
        self.rtc_memory = b""
        self.watchdog = None  # virtual time of the bite
        self._patience = PATIENCE  # real seconds that this one waits at least
        self.sensors = {}  # what the board asked of them since it started, by label
        self._dht_read = {}
        self._dht_sent = {}

    def power_on(self, power):
        """Everything as after a hard reset; after a loss of power the reset memory is gone too."""
        for number in self.board.chip.pins:
            self.page.set_pin(number, mode=p.UNSET, out=0, pull=0, irq=0, used=0, freq=0, duty=0)
        self.watchdog = None
        self.sensors = {}
        if power:
            self.rtc_memory = b""
            self.i2c.devices.clear()  # each is another one, as it is at power-up
            self.i2c.follow(self.world.get("i2c", {}), self.now)
            self.page.set_number(p.RTC, -(self.page.now_ns() // 1000))
            self._dht_read = {number: self.now() - 1 for number in self._dht_read}

    def follow(self, world):
        """Outside sources after a change of the world. Returns the pins on which an interrupt is due."""
        self.world = world
        self.i2c.follow(world["i2c"], self.now)
        for name, devices in world["onewire"].items():
            self.wires.setdefault(self.board.gpio(name), onewire.Wire()).follow(devices, self.now)
        for number in [n for n in self.wires if self.board.label(n) not in world["onewire"]]:
            del self.wires[number]
        outside = {self.board.gpio(name): value + 1 for name, value in world["pins"].items()}
        return [number for number in self.board.chip.pins if self.drive(number, outside.get(number, 0))]

    def drive(self, number, outside):
        """Let an outside source drive a pin: 0 nothing, 1 low, 2 high. Returns whether an interrupt is due."""
        before = self.page.pin(number)
        idle = self.board.idle.get(number, 0)
        self.page.drive(number, outside)
        blind = self.board.chip.port == "esp32"
        was, now = p.seen(before, idle, blind), p.seen(self.page.pin(number), idle, blind)
        return bool((now > was and before[4] & 1) or (now < was and before[4] & 2))

    def outputs(self):
        """What the board does on its pins, by GPIO number as text."""
        shown = {}
        for number in sorted(self.board.chip.pins):
            state = self.page.pin(number)
            mode, out, _, outside, _, _, freq, duty = state
            if mode not in (p.OUT, p.OPEN_DRAIN, p.PWM):
                continue
            level = p.level(state, self.board.idle.get(number, 0))
            entry = {"name": self.board.label(number), "mode": ("out", "open_drain", "pwm")[mode - 2], "level": level}
            if mode == p.PWM:
                entry |= {"duty": round(duty / 65536, 4), "freq": freq}
            if outside and outside - 1 != level:
                entry["conflict"] = True  # an outside source and this output fight; the output wins
            shown[str(number)] = entry
        return shown

    def inputs(self):
        """How the board has set its inputs, by GPIO number as text."""
        return {
            str(n): {"name": self.board.label(n), "pull": ("none", "up", "down")[self.page.pin(n)[2]]}
            for n in sorted(self.board.chip.pins) if self.page.pin(n)[0] == p.IN and self.page.pin(n)[5]
        }

    def history(self):
        """The newest changes of the levels on the wires, by GPIO number as text: [ms since the last hard reset, level]."""
        start = self.page.number(p.BOOTED)
        found = {n: self.page.history(n) for n in sorted(self.board.chip.pins)}
        return {str(n): [[(at - start) / 1e6, level] for at, level in changes] for n, changes in found.items() if changes}

    def display(self):
        """The first display on the I2C wires, or None."""
        return next((each for each in self.i2c.devices.values() if isinstance(each, ssd1306.Ssd1306)), None)

    def display_lines(self):
        """The text on it; [] where it is dark or there is none."""
        found = self.display()
        return found.lines() if found else []

    def ask_dht(self, number):
        """Five bytes as a sensor sends them, or nothing."""
        label = self.board.label(number)
        sensor = self.world["dht"].get(label)
        told = self.sensors.setdefault(label, {"asked": 0, "good": 0})
        told["asked"] += 1
        if sensor is None or sensor["fault"] == "timeout":
            return None
        wait = 0.9 if sensor["type"] == "dht11" else 1.8
        last, self._dht_read[number] = self._dht_read.get(number, -100), self.now()
        if self.now() - last < wait:
            return None  # asked too soon, a sensor does not answer
        frame = bytes(4) if sensor["fault"] == "zero" else dht_frame(sensor)
        if sensor.get("frame"):
            frame = bytes(sensor["frame"])  # whatever it says
        if sensor["fault"] == "stuck":
            frame = self._dht_sent.get(number, frame)
        if sensor["fault"] in (None, "stuck"):
            self._dht_sent[number] = frame
            told["good"] += 1
        if len(frame) == 5:
            return frame
        total = sum(frame) & 255
        return frame + bytes(((total + 1) & 255 if sensor["fault"] == "checksum" else total,))

    def ask_adc(self, number):
        """Microvolts at the chip, or -1 where the radio has the converter."""
        if self.board.chip.port == "esp32" and number in _ADC2[self.board.chip.name] and self.page.byte(p.NET):
            return -1
        if self.board.chip.port == "esp8266" and number == 1:
            return 3_300_000
        volts = self.world["adc"].get(self.board.adc_label(number), 0)
        return min(int(volts / self.board.adc_divider * 1_000_000), 3_300_000)

    def ask_rtc_memory(self, new=None):
        if new is None:
            return self.rtc_memory
        self.rtc_memory = new
        return None

    def set_watchdog(self, seconds):
        """It bites at a virtual instant, and not before the program had some real time: it runs no faster than ever when
        virtual time does."""
        self._patience = min(seconds, PATIENCE)
        self.watchdog = self.now() + seconds
        self.speed_changed()

    def speed_changed(self):
        """So much real time it has to have from here on, too."""
        if self.watchdog is not None:
            self.watchdog = max(self.watchdog, self.now() + self._patience * self.page.speed())

    # the wires of a bus: the numbers of its pins, SCL | SDA << 8

    def _low(self, number):
        return self.page.pin(number)[3] == 1  # held from outside

    def _held_low(self, wires):
        return self._low(wires & 255), self._low(wires >> 8)

    def _bus(self):
        display = self.display()
        if display and self.board.display_reset is not None:
            number = self.board.display_reset
            display.reset(not p.level(self.page.pin(number), self.board.idle.get(number, 0)))
        return self.i2c

    def ask_i2c_scan(self, wires):
        return self._bus().scan(self._held_low(wires))

    def ask_i2c_write(self, wires, address, data):
        return self._bus().write(self._held_low(wires), address, data)

    def ask_i2c_read(self, wires, address, count):
        return self._bus().read(self._held_low(wires), address, count)

    def ask_onewire_reset(self, number):
        wire = self.wires.get(number)
        return int(self._low(number) or wire is not None and wire.reset())

    def ask_onewire_slot(self, number, bit):
        wire = self.wires.get(number)
        return 0 if self._low(number) else wire.slot(bit) if wire else bit

    def ask_onewire_byte(self, number, value):
        wire = self.wires.get(number)
        return 0 if self._low(number) else wire.byte(value) if wire else value


_ADC2 = {"esp32": {0, 2, 4, 12, 13, 14, 15, 25, 26, 27}, "esp32s3": set(range(11, 21)), "esp32c3": {5}}


def dht_frame(sensor):
    """The four data bytes of a reading."""
    temperature, humidity = sensor["temperature"], sensor["humidity"]
    if sensor["type"] == "dht11":
        tenths = round(abs(temperature) * 10)
        return bytes((int(humidity) & 255, round(humidity * 10) % 10, tenths // 10 & 127,
                      tenths % 10 | (128 if temperature < 0 else 0)))
    word = round(abs(temperature) * 10) & 0x7FFF | (0x8000 if temperature < 0 else 0)
    return (round(humidity * 10) & 0xFFFF).to_bytes(2, "big") + word.to_bytes(2, "big")
