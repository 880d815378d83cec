"""ESP32 chips on boards that we have no profile of: pins by number, with what each chip's datasheet says of them.

The text is made for the chip that is there, see describe(). Format: see nodemcu.py. Not on an ESP8266.
"""

LAYOUT = ""
ADC_VOLTS = None
PWM_MAX_HZ = 40000000
PWM_ONE_FREQUENCY = False
CONNECTIONS = 6

# chip: pins; for the flash chip or PSRAM; USB; console; the level at boot matters; analogue; analogue unless Wi-Fi is on
_CHIPS = """
esp32s2 0-21,26-46 26-32 19-20 43-44 0,45-46 1-10 11-20
esp32s3 0-21,26-48 26-37 19-20 43-44 0,3,45-46 1-10 11-20
esp32c2 0-20 11-17 - 19-20 8-9 0-4 -
esp32c5 0-28 16-22 13-14 11-12 2-3,7,25-28 1-6 -
esp32c6 0-30 24-30 12-13 16-17 4-5,8-9,15 0-6 -
esp32h2 0-5,8-27 15-21 26-27 23-24 2-3,8-9,25 1-5 -
"""


def describe(chip):
    """Make this module the profile of the chip; returns a warning in words."""
    global TITLE, CHIP, MACHINE, PINS, WHY
    CHIP = chip
    TITLE = MACHINE = chip.upper()
    PINS = WHY = "\n"
    at = _CHIPS.find("\n%s " % chip)
    if at < 0:
        for n in range(64):
            PINS += "%d GPIO%d ||forbidden\n" % (n, n)
            WHY += "%d flash chip, for all that is known here\n" % n
        return "which pins of an %s belong to its flash chip is not known here: all are refused" % TITLE
    words = _CHIPS[at + 1 : _CHIPS.find("\n", at + 1)].split(" ")
    there, flash, usb, console, boot, adc, adc2 = [_numbers(part) for part in words[1:]]
    for n in sorted(there):
        caps, verdict, why = "iodunp", "ok", None
        if n in flash:
            caps, verdict, why = "", "forbidden", "flash chip or PSRAM"
        elif n in usb or n in console:
            verdict, why = "reserved", "USB port" if n in usb else "serial console"
        elif n in boot:
            verdict, why = "boot", "Its level at boot decides how the chip starts: see the datasheet."
        if chip == "esp32s2" and n == 46:
            caps = "i"
        caps += "a" if n in adc else "b" if n in adc2 else ""
        PINS += "%d GPIO%d |%s|%s\n" % (n, n, caps, verdict)
        if why:
            WHY += "%d %s\n" % (n, why)
    return "this board with an %s is not known here: its pins go by their numbers, such as GPIO4" % TITLE


def _numbers(text):
    found = set()
    for part in text.split(","):
        ends = part.split("-")
        if ends[0]:
            found |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return found
