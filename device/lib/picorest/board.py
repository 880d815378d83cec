"""The board: its profile, and the only door to `machine` and `esp`."""

import os

import machine

from .boards.profile import suggestions
from .memory import SMALL, driver_error
from .overlay import load_overlay, seldom
from .problem import Problem

# what machine.reset_cause() returns differs in number per chip: named by the constant that exists
_CAUSES = const("PWRON_RESET power-on HARD_RESET reset-pin WDT_RESET watchdog DEEPSLEEP_RESET deep-sleep SOFT_RESET soft-reset")
_NOTE = const(b"picorest ")  # what is ours of the memory that outlives a restart begins with this
# what os.uname() says of the chip, and the profile of the board that it is usually on
_MACHINES = const(" esp8266 nodemcu esp32 esp32 esp32c3 esp32c3 ")


@seldom("boot")
def _profile(name):
    if "/" in name or "." in name or name[:1] == "_":
        raise ValueError
    return load_overlay("boards." + name)


class Board:
    """One board of a known kind.

    name: a profile in boards/, or None for the plain one of the chip. A profile of another chip is not taken: `warning`
    then says so in words.
    """

    warning = None
    kept = None  # the profile, where memory is not short
    spare = b""  # in place of the memory that outlives a restart

    def __init__(self, name=None):
        self.take_profile(name)
        self.owners = {}  # GPIO number: the sensor, display … that it belongs to
        self.lines = {}  # GPIO number: its Line, of those in use
        self.dns = [(), 0, 0, 0, 0]  # see resolver.py

    @seldom("boot")
    def take_profile(self, name):
        """Take the profile of that name, or the chip's own."""
        kind = os.uname().machine
        chip = kind[kind.rfind(" ") + 1 :].replace("-", "").lower()
        at = _MACHINES.find(" %s " % chip) + len(chip) + 2
        if at > len(chip) + 1:
            self.name = _MACHINES[at : _MACHINES.find(" ", at)]
        else:
            self.name = "nano_esp32" if "Nano" in kind and chip == "esp32s3" else chip
        try:
            profile = _profile(self.name)
        except (ImportError, OSError):  # an ESP32 of another kind
            profile = _profile("other")
            self.warning = profile.describe(chip)
        if name and name != self.name:
            try:
                wanted = _profile(name)
                if wanted.CHIP != profile.CHIP:
                    raise ValueError
                self.name, profile, self.warning = name, wanted, None
            except (AttributeError, ImportError, OSError, ValueError):
                self.warning = "board %s is not for this chip: running as %s" % (name, self.name)
        self.chip, self.rows, self.reasons = profile.CHIP, profile.PINS, profile.WHY
        if not SMALL:
            self.kept = profile

    @property
    def profile(self):
        """All that boards/ says of it: a module."""
        return self.kept or load_overlay("boards." + self.name)

    def row(self, mark):
        """The profile's columns of the pin whose number or name is `mark`: ([number, name, …], capabilities, verdict)."""
        text = self.rows
        at = text.find("\n" + mark + " ")
        if at < 0:
            at = text.rfind("\n", 0, text.find(" " + mark + " ") + 1)
        if at < 0:
            return None
        names, caps, verdict = text[at + 1 : text.find("\n", at + 1)].split("|")
        return names.split(), caps, verdict

    def gpio(self, text):
        """The GPIO number that "14", "D5", "gpio14" or "led" means. 404 if the board has no such pin."""
        mark = str(text).strip().upper()
        if mark[:4] == "GPIO" and mark[4:].isdigit():
            mark = mark[4:]
        if mark.isdigit():
            mark = mark.lstrip("0") or "0"
        row = self.row(mark) if 0 < len(mark) < 12 and " " not in mark else None
        if not row:
            raise Problem("unknown-pin", pin=text, try_=suggestions(self))
        if row[0][0] == "A0":
            raise Problem("analog-only", pin="A0")
        return int(row[0][0])

    def reserve(self, gpio, owner):
        """Mark a pin as belonging to a sensor or display: requests to it are then refused with the owner's name."""
        self.owners[gpio] = owner

    @seldom("drivers")
    def flash_mode(self):
        """How the flash chip is wired: 0 QIO, 1 QOUT, 2 DIO, 3 DOUT; from the image header at flash address 0."""
        import esp

        head = bytearray(4)
        esp.flash_read(0, head)
        return head[2] & 3

    def pin(self, gpio, mode=None, pull=None, level=None):
        """A machine.Pin. mode: "in" "out" "open_drain" or None (only to be read); pull: "up" "down" or None."""
        pin = machine.Pin
        if mode is None:
            found = pin(gpio)
            if self.chip != "esp8266" and "OUT" not in repr(found) and "OPEN" not in repr(found):
                found.init(pin.IN)  # there, a pad that nobody has set up reads 0 for ever
            return found
        pull = pull and getattr(pin, "PULL_UP" if pull == "up" else "PULL_DOWN")
        mode = pin.IN if mode == "in" else pin.OPEN_DRAIN if mode == "open_drain" else pin.OUT
        if level is None:
            return pin(gpio, mode, pull)
        return pin(gpio, mode, pull, value=level)

    @seldom("drivers")
    def start_pwm(self, gpio, duty, freq, rest=0):
        """A machine.PWM at `duty` 0..1 and `freq` Hz; it starts at the duty `rest`, 0 or 1."""
        # the chips start at their default duty, up to 50 %: begin with none, and set the duty after construction
        try:
            pwm = machine.PWM(machine.Pin(gpio), freq=freq, duty_u16=65535 * rest)
        except RuntimeError as e:
            raise driver_error(e)
        if self.chip == "esp8266":
            duty = min((round(duty * 1024) * 65535 + 1023) // 1024 / 65535, 1)  # the nearest of its steps, which it cuts off to
        pwm.duty_u16(round(duty * 65535))
        return pwm

    def duty(self, pwm):
        """The duty that a machine.PWM has, 0..1."""
        duty = pwm.duty_u16()
        # of the ESP8266's 1024 steps the last is always on
        return 1.0 if duty > 65407 and self.chip == "esp8266" else duty / 65535

    @seldom("drivers")
    def adc(self, mark):
        """An object with read_u16(), and read_uv() where the chip is calibrated, for "A0" or a GPIO number."""
        if mark == "A0":
            return machine.ADC(0)
        return machine.ADC(machine.Pin(mark), atten=machine.ADC.ATTN_11DB)

    def dht_frame(self, gpio, buf):
        """Fill buf (5 bytes) from the sensor on the pin; blocks about 275 ms. OSError when nothing answers."""
        machine.dht_readinto(machine.Pin(gpio, machine.Pin.OPEN_DRAIN, machine.Pin.PULL_UP), buf)

    @seldom("drivers")
    def soft_i2c(self, sda, scl):
        """A machine.SoftI2C on two GPIO numbers."""
        return machine.SoftI2C(machine.Pin(scl), machine.Pin(sda), freq=100000, timeout=5000)

    @seldom("drivers")
    def watchdog(self, ms):
        """A machine.WDT, which restarts the chip once it was not fed for so long. An ESP8266's has a fixed time of 1 to 3 s,
        which a search for networks or a silent name server takes: it would restart boards that are well."""
        if self.chip != "esp8266":
            return machine.WDT(timeout=ms)

    @seldom("drivers")
    def set_rtc(self, seconds, ms):
        """Set the real-time clock to a Unix time."""
        from .clock import civil

        year, month, day = civil(seconds // 86400)
        rest = seconds % 86400
        weekday = (seconds // 86400 + 3) % 7
        if self.chip != "esp8266":
            ms *= 1000  # the last item is milliseconds there and microseconds elsewhere
        machine.RTC().datetime((year, month, day, weekday, rest // 3600, rest // 60 % 60, rest % 60, ms))

    def unique_id(self):
        """The chip's own number, as bytes."""
        return machine.unique_id()

    def reset(self, why=b"a"):
        """Restart the chip. Does not return. why: for note_state(): it was asked for, or (b"f") the program fails."""
        try:
            self.note_state(why)
        finally:
            machine.reset()

    @seldom("drivers")
    def note_state(self, doing):
        """Remember over a restart what the program does: b"r" runs, b"s" was stopped at the prompt, b"a" and b"f" as above."""
        self.retained(doing + self.retained()[1:])

    @seldom("drivers")
    def retained(self, new=None):
        """What is ours of the memory that outlives a restart, see log.py; `new` in its place. Where the user keeps something of
        his own there, ours does not outlive it."""
        rtc = machine.RTC()
        data = rtc.memory()
        if data[:9] in (b"", _NOTE):
            if new is None:
                return data[9:]
            rtc.memory(_NOTE + new)
        elif new is None:
            return self.spare
        else:
            self.spare = new

    @seldom("boot")
    def why_started(self):
        """Why the chip started last, in a word. Call it once, at the start: from then on it is remembered that the program runs."""
        did = self.retained()[:1]
        self.note_state(b"r")
        cause = machine.reset_cause()
        words = _CAUSES.split()
        while words and getattr(machine, words[0], None) != cause:
            words = words[2:]
        word = words[1] if words else "unknown"
        if self.chip == "esp8266":
            if cause == 2 or cause == 3:  # an exception; the watchdog of the software
                word = "crash" if cause == 2 else "watchdog"
        elif word == "reset-pin":  # there, that is any restart by software, a crash included, and the pin is a power-on
            word = "crash" if did == b"r" else "soft-reset"
        return "failure" if word == "soft-reset" and did == b"f" else word
