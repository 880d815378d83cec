"""Answers the questions of the board's process; an answer is None, an int or bytes."""

import contextlib
import traceback

from . import ports
from .boot_info import facts
from .shared_memory import NET
from .wifi import Complaint

_SILENCE = 7000  # ms for which lwIP asks a name server that does not answer


class Answers:
    """Called as answers(name, *arguments) in the thread of the board's process, under the supervisor's lock.

    Names that begin with wifi_ are methods of the radio, others are methods here or of the hardware.
    """

    def __init__(self, supervisor):
        self.supervisor = supervisor
        self._complaint = b""

    def __call__(self, name, *arguments):
        board = self.supervisor
        with board.lock:
            try:
                if name.startswith("wifi_"):
                    return self._wifi(name[5:], *arguments)
                return (getattr(self, "ask_" + name, None) or getattr(board.hardware, "ask_" + name))(*arguments)
            except Exception:
                board.console.say(f"\r\nthe simulation failed at {name}{arguments}:\r\n{traceback.format_exc()}")
                return None

    def _wifi(self, name, *arguments):
        radio, before = self.supervisor.radio, self.supervisor.page.byte(NET)
        try:
            radio.trouble(name, arguments)
            return getattr(radio, name)(*arguments)
        except Complaint as complaint:
            self._complaint = str(complaint).encode()
            return -1
        finally:
            radio.tick()
            self.supervisor.radio_changed(before)

    def ask_complaint(self):
        """The words of the last -1."""
        return self._complaint

    def ask_hello(self):
        return {**facts(self.supervisor), "heapsize": self.supervisor.heapsize}

    def ask_changed(self, names):
        """The interpreter is not the pinned one: its tables lack these names."""
        self.supervisor.console.say(f"this MicroPython is not the one the virtual board knows; not found: {names}\r\n")

    def ask_memory(self, free, largest, names, tables):
        """After a collection that was asked for."""
        self.supervisor.tell_memory({"free": free, "largest": largest, "names": names, "pools": tables})

    def ask_ready(self, free):
        """The device's own code comes next."""
        self.supervisor.now_ready()

    def ask_reset(self, cause):
        self.supervisor.restart(cause.decode())

    def ask_deepsleep(self, us):
        self.supervisor.restart("deepsleep", self.supervisor.now() + us / 1e6 if us else None)

    def ask_crash(self, number):
        self.supervisor.console.say(f"\r\nGPIO{number} belongs to the flash chip: driving it stops the processor\r\n")
        self.supervisor.restart("wdt")

    def ask_loose_timer(self):
        """A soft reset of an ESP8266 with a timer armed, which stays in the system's list while its memory is given away."""
        self.supervisor.console.say("\r\na timer from before the soft reset fires into memory that is not its own any more\r\n")
        self.supervisor.restart("wdt")

    def ask_exit(self, code, prompt):
        """The interpreter has ended; `prompt` is its mode, 1 for the raw one."""
        self.supervisor.raw = prompt == 1

    def ask_nvs_get(self, key):
        """The value behind NAMESPACE.KEY, None if there is none."""
        value = self.supervisor.store.notes["nvs"].get(key.decode())
        return None if value is None else bytes.fromhex(value)

    def ask_nvs_set(self, key, value):
        """None removes it."""
        nvs = self.supervisor.store.notes["nvs"]
        key = key.decode()
        nvs.pop(key, None)
        if value is not None:
            nvs[key] = value.hex()
        self.supervisor.store.save()


    def ask_watchdog(self, ms):
        self.supervisor.hardware.set_watchdog(ms / 1000)
        self.supervisor.radio_changed(self.supervisor.page.byte(NET))  # the clockwork looks again how long to wait

    def ask_port(self, kind, number):
        with contextlib.suppress(ports.Taken):
            return self.supervisor.ports.host(kind, number)

    def ask_resolve(self, name):
        """An address, None if there is none, or for how many milliseconds the board waits in vain."""
        dns = self.supervisor.radio.world["dns"]
        if name != "localhost" and (dns == "fails" or not self.supervisor.page.byte(NET) & 1):
            return None
        if name != "localhost" and dns == "hangs":
            return _SILENCE
        return ports.resolve(name, self.supervisor.online) or self._neighbour(name)

    def _neighbour(self, name):
        # the port of an ESP8266 asks nobody for names that end in .local
        with contextlib.suppress(RuntimeError):  # it has gone
            return None if self.supervisor.profile.chip.name == "esp8266" else self.supervisor.neighbours.resolve(name)


class Probe:
    """Answers for a board that is started only to see how much heap is left."""

    def __init__(self, supervisor, size):
        self._supervisor, self._size = supervisor, size
        self.free = None

    def __call__(self, name, *arguments):
        if name == "hello":
            return {**facts(self._supervisor), "heapsize": self._size}
        if name == "ready":
            self.free = arguments[0]
            return True
        return None
