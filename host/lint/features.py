"""What the firmware of an ESP8266 has, and what of Python and of other MicroPython ports it has not.

Read in ports/esp8266/mpconfigport.h and the module tables of MicroPython 1.29: the desktop interpreter that runs our
tests has all of this, so a test would pass and a board would fail.
"""

# what `import` finds on a board: built in or frozen in the 2 MiB images of the ESP8266 (and in every ESP32 image)
MODULES = set(
    "_onewire array asyncio binascii collections cryptolib deflate dht errno esp esp32 framebuf gc hashlib heapq io json "
    "machine math micropython neopixel network ntptime onewire os platform random re requests select socket ssd1306 "
    "ssl struct sys time uctypes vfs websocket".split()
)

# module -> its names on an ESP8266; modules that are not listed are complete there
NAMES = {
    "random": "getrandbits seed",
    "math": "e pi sqrt pow exp log cos sin tan acos asin atan atan2 ceil copysign fabs floor fmod frexp ldexp modf "
    "isfinite isinf isnan trunc radians degrees",
    "binascii": "a2b_base64 b2a_base64 hexlify unhexlify",
    "hashlib": "sha1 sha256",
    "os": "sync uname urandom sep chdir getcwd listdir mkdir remove rename rmdir unlink stat statvfs dupterm "
    "dupterm_notify ilistdir mount umount VfsFat VfsLfs2",
    "sys": "argv version version_info implementation platform byteorder maxsize exit stdin stdout stderr modules path "
    "print_exception",
    "time": "gmtime localtime mktime time time_ns sleep sleep_ms sleep_us ticks_ms ticks_us ticks_cpu ticks_add "
    "ticks_diff",
    "micropython": "const opt_level mem_info qstr_info stack_use heap_lock heap_unlock kbd_intr schedule RingIO native "
    "viper asm_xtensa alloc_emergency_exception_buf",
    "gc": "collect disable enable isenabled mem_alloc mem_free threshold",
}
NAMES = {module: frozenset(names.split()) for module, names in NAMES.items()}

# (module, name) -> what to write instead
INSTEAD = {
    ("random", "randint"): "random.getrandbits(n) gives n random bits",
    ("random", "randrange"): "random.getrandbits(n) gives n random bits",
    ("random", "choice"): "index with random.getrandbits(n) % len(...)",
    ("random", "random"): "random.getrandbits(n) gives n random bits",
    ("math", "inf"): 'float("inf") makes one',
    ("math", "nan"): 'float("nan") makes one, and x != x finds one',
    ("math", "log10"): "math.log(x) / math.log(10) is the same",
    ("math", "log2"): "math.log(x) / math.log(2) is the same",
    ("math", "isclose"): "compare abs(a - b) with a tolerance",
    ("binascii", "crc32"): "use hashlib.sha256",
    ("hashlib", "md5"): "use hashlib.sha256",
    ("os", "getenv"): "read the configuration",
    ("sys", "exc_info"): "name the exception: `except X as error`",
}

# methods that no str, bytes or slice has there, whatever the object is called
METHODS = {
    "partition": 'use split(sep, 1) or find(), as in `i = text.find("=")`',
    "rpartition": "use rsplit(sep, 1)",
    "splitlines": 'use split("\\n")',
    "center": "pad with `%` formatting",
    "indices": "slices have no indices(): compute start and stop",
    "removeprefix": "test startswith() and slice",
    "removesuffix": "test endswith() and slice",
    "zfill": 'use "%02d" formatting',
    "ljust": 'use "%-10s" formatting',
    "rjust": 'use "%10s" formatting',
    "title": "MicroPython has only upper() and lower()",
    "capitalize": "MicroPython has only upper() and lower()",
    "casefold": "use lower()",
    "isalnum": "use isalpha() or isdigit()",
    "isnumeric": "use isdigit()",
    "isdecimal": "use isdigit()",
    "translate": "use replace()",
}

# builtins that are missing
BUILTINS = {
    "complex": "there are no complex numbers",
    "compile": "there is no compile()",
    "execfile": "import the module instead",
    "NotImplemented": "return False, or raise an exception",
    "__file__": "a module does not know its file",
    "BlockingIOError": "catch OSError and compare its errno with errno.EAGAIN",
    "ConnectionError": "catch OSError and compare its errno",
    "TimeoutError": "catch OSError and compare its errno with errno.ETIMEDOUT, or asyncio.TimeoutError",
    "FileNotFoundError": "catch OSError and compare its errno with errno.ENOENT",
    "PermissionError": "catch OSError and compare its errno",
    "UnicodeDecodeError": "catch UnicodeError",
    "ascii": "use repr()",
    "vars": "use dir() and getattr()",
    "breakpoint": "remove it",
}
# reactions to setting and deleting attributes are compiled out: the method would never be called
SPECIAL_METHODS = {"__setattr__", "__delattr__"}
