"""What the played chips and boards are: facts of the MicroPython ports and of the printed boards, as data.

Sources: ports/esp8266/machine_pin.c, esppwm.c; ports/esp32/machine_pin.h, machine_adc.c; the vendors' pin-out sheets.
"""

from dataclasses import dataclass, field

KIB = 1024


@dataclass(frozen=True)
class Chip:
    """A chip as its MicroPython port shows it."""

    name: str
    port: str  # sys.platform
    pins: frozenset  # numbers that Pin() takes; every other one raises ValueError
    pull_up: frozenset
    pull_down: frozenset
    input_only: frozenset
    pwm: frozenset  # pins that PWM() takes
    pwm_channels: int
    pwm_max: int  # Hz
    adc: dict  # ADC argument (a GPIO number, on the ESP8266 the channel) -> full scale in volts
    irq: frozenset
    reset_causes: dict
    mhz: int
    hidden: bool = False  # language features that the port leaves out are taken away
    sockets: int = 10  # in all; on the ESP8266 TCP connections that its stack has room for
    calls: int = 0  # nested Python calls that the C stack has room for; 0: as many as a program may want


@dataclass(frozen=True)
class Board:
    """A printed board with one of the chips on it."""

    name: str
    chip: Chip
    machine: str  # os.uname().machine
    build: str  # sys.implementation._build, which names the firmware image
    hostname: str
    aliases: dict  # name in capitals -> GPIO number; the first name of a number is its label
    flash_size: int
    fs_start: int
    fs_size: int
    romfs_size: int  # 0: this firmware has no ROMFS partition
    heap: int  # bytes free when boot.py starts, 64-bit objects
    mac: bytes
    fs_block: int = 4096  # bytes; with 512 its file system is FAT, with 4096, a sector of the flash, LittleFS
    idle: dict = field(default_factory=dict)  # GPIO -> level given by a resistor on the board
    analogue: dict = field(default_factory=dict)  # alias -> ADC argument, where it is not a GPIO number
    adc_divider: float = 1.0  # volts at the board's contact per volt at the chip
    heap32: int = 0  # bytes free when boot.py starts, asyncio loaded, 32-bit objects: the chip's own figure; 0: not known
    built: str = ""  # the board whose build it runs, where that is another one
    display_reset: int | None = None  # the pin that holds the display of the board in reset while it is low
    heap32_used: int = 0  # and how many of the heap are in use then

    def gpio(self, text):
        """The number behind 'D5', 'd5', '14' or 14. Raises KeyError if the board has no such pin."""
        if isinstance(text, int) and not isinstance(text, bool):
            number = text
        else:
            word = str(text).strip().upper()
            digits = word.removeprefix("GPIO")
            number = self.aliases[word] if word in self.aliases else int(digits) if digits.isdecimal() else None
        if number not in self.chip.pins:
            raise KeyError(text)
        return number

    def adc(self, text):
        """The ADC argument behind 'A0', '0', 36 … Raises KeyError if it measures nothing."""
        word = str(text).strip().upper()
        number = self.analogue.get(word)
        if number is None:
            number = int(word) if self.analogue and word.isdecimal() else self.gpio(text)
        if number not in self.chip.adc:
            raise KeyError(text)
        return number

    def label(self, number):
        """The board's first name for a GPIO number, or 'GPIO5'."""
        return next((name for name, pin in self.aliases.items() if pin == number), f"GPIO{number}")

    def adc_label(self, number):
        """The board's name for an ADC argument."""
        return next((name for name, pin in self.analogue.items() if pin == number), None) or self.label(number)


_E8266_PINS = frozenset({0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15, 16})
ESP8266 = Chip(
    name="esp8266",
    port="esp8266",
    pins=_E8266_PINS,
    pull_up=_E8266_PINS - {16},
    pull_down=frozenset(),
    input_only=frozenset(),
    pwm=frozenset({0, 2, 4, 5, 12, 13, 14, 15}),
    pwm_channels=8,
    pwm_max=1000,
    adc={0: 1.0},
    irq=_E8266_PINS - {16},
    reset_causes={"power": 0, "wdt": 1, "soft": 4, "reset": 4, "deepsleep": 5, "hard": 6, "panic": 2},
    mhz=80,
    hidden=True,
    sockets=5,
    calls=19,  # 8 KB
)


def _esp32(name, pins, input_only, channels, adc, mhz):
    return Chip(
        name=name,
        port="esp32",
        pins=frozenset(pins),
        pull_up=frozenset(pins) - frozenset(input_only),
        pull_down=frozenset(pins) - frozenset(input_only),
        input_only=frozenset(input_only),
        pwm=frozenset(pins) - frozenset(input_only),
        pwm_channels=channels,
        pwm_max=40_000_000,
        adc=dict.fromkeys(adc, 3.3),
        irq=frozenset(pins),
        reset_causes={"power": 1, "hard": 1, "panic": 2, "reset": 2, "wdt": 3, "deepsleep": 4, "soft": 5},
        mhz=mhz,
    )


ESP32 = _esp32(
    "esp32",
    [*range(24), 25, 26, 27, *range(32, 40)],
    range(34, 40),
    16,
    [*range(32, 40), 0, 2, 4, 12, 13, 14, 15, 25, 26, 27],
    160,
)
ESP32S3 = _esp32("esp32s3", [*range(22), *range(38, 49)], (), 8, range(1, 21), 240)
ESP32C3 = _esp32("esp32c3", [*range(12), 20, 21], (), 6, range(6), 160)

_NANO = {f"D{i}": gpio for i, gpio in enumerate((44, 43, 5, 6, 7, 8, 9, 10, 17, 18, 21, 38, 47, 48))}
_NANO |= {f"A{i}": gpio for i, gpio in enumerate((1, 2, 3, 4, 11, 12, 13, 14))}
_NANO |= {"LED_RED": 46, "LED_GREEN": 0, "LED_BLUE": 45, "LED": 48, "LED_BUILTIN": 48}

# The heap is what stays free for boot.py. With 64-bit objects the application takes 2.05 times as much of it, its code being in
# ROMFS: so the same configurations start on both engines, see hosttests/test_engines_agree.py. The ESP32 figures are what those
# images leave free with Wi-Fi on, times 1.7 for the same reason.
BOARDS = {
    "nodemcu": Board(
        name="nodemcu",
        chip=ESP8266,
        machine="ESP module with ESP8266",
        build="ESP8266_GENERIC-FLASH_2M_ROMFS",
        hostname="mpy-esp8266",
        aliases={"D0": 16, "D1": 5, "D2": 4, "D3": 0, "D4": 2, "D5": 14, "D6": 12, "D7": 13, "D8": 15}
        | {"RX": 3, "TX": 1, "SD2": 9, "SD3": 10, "LED": 2, "FLASH": 0},
        flash_size=4096 * KIB,
        fs_start=1024 * KIB,
        fs_size=(4096 - 1024 - 20) * KIB,
        romfs_size=320 * KIB,
        heap=70912,
        heap32=34512,
        heap32_used=3504,
        mac=bytes.fromhex("5ccf7f10a0b1"),
        idle={0: 1, 2: 1, 15: 0, 16: 1, 1: 1, 3: 1},
        analogue={"A0": 0, "ADC0": 0},
        adc_divider=3.2,
    ),
    "esp32": Board(
        name="esp32",
        chip=ESP32,
        machine="Generic ESP32 module with ESP32",
        build="ESP32_GENERIC",
        hostname="mpy-esp32",
        aliases={"LED": 2, "BOOT": 0, "TX": 1, "RX": 3, "VP": 36, "VN": 39},
        flash_size=4096 * KIB,
        fs_start=2048 * KIB,
        fs_size=2048 * KIB,
        romfs_size=0,
        heap=187 * KIB,
        mac=bytes.fromhex("240ac410a0b2"),
        idle={0: 1, 1: 1, 3: 1, 5: 1, 15: 1},
    ),
    "heltec_wifi_kit_32": Board(
        name="heltec_wifi_kit_32",
        chip=ESP32,
        machine="Generic ESP32 module with ESP32",
        build="ESP32_GENERIC",
        hostname="mpy-esp32",
        aliases={"LED": 25, "BOOT": 0, "PRG": 0, "TX": 1, "RX": 3, "VP": 36, "VN": 39}
        | {"OLED_SDA": 4, "OLED_SCL": 15, "OLED_RST": 16},
        flash_size=4096 * KIB,
        fs_start=2048 * KIB,
        fs_size=2048 * KIB,
        romfs_size=0,
        heap=187 * KIB,
        mac=bytes.fromhex("240ac410a0b5"),
        idle={0: 1, 1: 1, 3: 1, 4: 1, 5: 1, 15: 1},
        built="esp32",
        display_reset=16,
    ),
    "nano_esp32": Board(
        name="nano_esp32",
        chip=ESP32S3,
        machine="Arduino Nano ESP32 with ESP32-S3",
        build="ARDUINO_NANO_ESP32",
        hostname="mpy-nano-esp32",
        aliases=_NANO,
        flash_size=16384 * KIB,
        fs_start=0x610000,
        fs_size=0x960000,
        fs_block=512,
        romfs_size=0,
        heap=272 * KIB,
        mac=bytes.fromhex("f412fa10a0b3"),
        idle={0: 1, 45: 0, 46: 0, 43: 1, 44: 1},
    ),
    "esp32c3": Board(
        name="esp32c3",
        chip=ESP32C3,
        machine="ESP32C3 module with ESP32-C3",
        build="ESP32_GENERIC_C3",
        hostname="mpy-esp32",
        aliases={"LED": 8, "BOOT": 9, "TX": 21, "RX": 20},
        flash_size=4096 * KIB,
        fs_start=2048 * KIB,
        fs_size=2048 * KIB,
        romfs_size=0,
        heap=187 * KIB,
        mac=bytes.fromhex("7cdfa110a0b4"),
        idle={2: 1, 8: 1, 9: 1, 20: 1, 21: 1},
    ),
}
