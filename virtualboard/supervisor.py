"""The supervisor: one board with its flash, its world and its ports, boot after boot."""

import mmap
import tempfile
import threading
import time

from . import ports
from . import shared_memory as p
from .boards import BOARDS
from .boot_info import FLASH_MODES, VERSION
from .child.wait import COLLECT, LOOK
from .console import Console
from .engines import ENGINES
from .hardware import Hardware
from .neighbours import Neighbours
from .process import Process
from .rpc_handlers import Answers, Probe
from .standins import Standins
from .store import FolderStore, Store
from .wifi import Radio
from .world_api import Play


class Supervisor:
    """A virtual board. `start()` gives it power; `close()` takes it for good.

    board: a name of boards.BOARDS. port, serial_port: 0 for a free one. flash: image file, folder or None.
    files, romfs: the firmware's files (see Store.install); config: path of a config.json; demo: used if there is none.
    """

    def __init__(
        self, board="nodemcu", *, port=0, serial_port=0, serial_fixed=False, flash=None, files=None, romfs=None,
        config=None, demo=None, bind="127.0.0.1", heap=None, online=False, flash_mode="dio", speed=1, calls=None,
        engine="native", beside=(),
    ):
        self.profile = BOARDS[board]
        self.engine = ENGINES[engine]
        if self.engine.boards and board not in self.engine.boards:
            raise RuntimeError(f"the engine {engine} has the heap of {', '.join(self.engine.boards)}: it does not simulate {board}")
        self._command = self.engine.command()
        self.bind, self.online, self.speed = bind, online, speed
        self.flash_mode = FLASH_MODES[flash_mode]
        self.calls = self.profile.chip.calls if calls is None else calls
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._page_file = tempfile.TemporaryFile()  # noqa: SIM115 it is closed with the board
        self._page_file.truncate(p.SIZE)
        self.page = p.Page(mmap.mmap(self._page_file.fileno(), p.SIZE))
        self.page.idle = self.profile.idle
        self.page.set_speed(speed, 0)
        self._unix = time.time()
        self.neighbours = Neighbours(beside)
        self.ports = ports.Ports(bind, port)
        self.port = self.ports.port
        self.console = None
        try:
            banner = f"{VERSION}; {self.profile.machine}"
            runs = (lambda: self.page.byte(p.RUNS)) if self.engine.prompt else None
            self.console = Console(serial_port, runs, banner, fixed=serial_fixed)
            self.store = (FolderStore if self.engine.folder else Store)(self.profile, flash)
            self.store.install(files, romfs, config, demo)
            self.standins = Standins(self.unix)
        except BaseException:
            self.ports.close()
            raise
        self.hardware = Hardware(self.profile, self.page, self.now)
        self.radio = Radio(self.profile, self.page, self.now, self.store.notes["radio"], self.store.save)
        self.play = Play(self)
        self.boots = 0
        self.cause = self._reset = "power"
        self.raw = False
        self._next = None  # (cause, instant of waking or None) that was asked for
        self._down = False  # between two boots
        self._stop = False
        self._process = None
        self._ready = threading.Event()
        self._threads, self.told_memory = [], None
        self._answers = Answers(self)
        self.heap = heap or (self.profile.heap32 if self.engine.boards else self.profile.heap)
        self.heapsize = self.engine.heapsize(self.profile, self.heap, self._measure)

    # time

    def now(self):
        """Virtual seconds since the world began."""
        return self.page.now_ns() / 1e9

    def unix(self, now=None):
        """The virtual world's Unix time, or what it was at that virtual second."""
        return self._unix + (self.now() if now is None else now)

    # life

    def start(self):
        self.console.start()
        self.standins.start()
        for task in (self._live, self._tick):
            thread = threading.Thread(target=task, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def close(self):
        with self.lock:
            self._stop = True
            self._changed.notify_all()
            if self._process:
                self._process.kill()
        for thread in self._threads:
            thread.join(3)
        self.standins.stop()
        self.console.close()
        self.ports.close()
        self.store.close()
        self._page_file.close()

    __enter__ = start

    def __exit__(self, *error):
        self.close()

    def wait_ready(self, timeout=10):
        """Whether the device's own code has been started (boot.py is next)."""
        return self._ready.wait(timeout)

    def wait_boot(self, timeout):
        """With the lock held: wait while the board is between two boots."""
        self._changed.wait_for(lambda: self._stop or not (self._down or self.page.byte(p.CUT)), timeout)

    def now_ready(self):
        """The board says so itself."""
        self.console.now_ready()
        self._ready.set()

    def restart(self, cause, until=None):
        """Reset the board: "power" (the plug is pulled), "reset", "hard" (the pin), "panic", "wdt", "soft" or "deepsleep"."""
        with self.lock:
            self._next = self._next or (cause, until)
            self._down = True
            self.console.ready = False  # what is typed from here on is for the next boot
            if self._process:
                self._process.kill()

    def _live(self):
        cause, raw = "power", False
        while not self._stop:
            self._boot(cause, raw)
            code = self._process.wait()
            self.console.ended()
            with self.lock:
                cause, until = self._next or (None, None)
                raw, self.raw, self._next = self.raw, False, None
            if self.page.byte(p.CUT):
                cause = "power"
            if cause is None:
                cause = "wdt" if code else "soft"
                if code and not self._stop:
                    self.console.say(f"\r\nthe board stopped with code {code}; it is started again\r\n")
            if cause == "soft" and not self._stop:
                self.console.say("MPY: soft reboot\r\n")
            elif cause != "soft":
                self.console.say("\r\n")
            if cause == "deepsleep":
                cause = self._sleep(until)
            raw = raw and cause == "soft"

    def _sleep(self, until):
        """Deep sleep until a virtual instant (None: for good), or until power or reset ends it; returns the cause."""
        with self.lock:
            self._down = False
            while not self._stop and not self._next and (until is None or self.now() < until):
                self._changed.wait(0.05)
            cause, self._next = (self._next or ("deepsleep",))[0], None
        return cause

    def _boot(self, cause, raw):
        with self.lock:
            if self._stop:
                return
            page = self.page
            page.set_byte(p.CUT, 0)
            page.set_byte(p.RAW, raw)
            page.set_byte(p.SYNCED, 0)
            page.set_byte(p.RUNS, 0)
            if cause != "soft":
                page.set_number(p.BOOTED, page.now_ns())
                self.hardware.power_on(cause == "power")
                self.radio.power_on()
                self._reset = cause
            else:
                self._quiet()
            self.cause = self._reset if cause == "soft" and self.profile.chip.port == "esp8266" else cause
            self.boots += 1
            self._down = bool(self._next)
            self._ready.clear()
            self._process = self._start(self._answers)
            self.console.starts(self._process)
            if self._next:  # a reset that was asked for while there was no process to end
                self._process.kill()
            self._changed.notify_all()

    def _start(self, answers):
        return Process(self._command, self.page, self._page_file.fileno(), self.console.slave, answers)

    def _quiet(self):
        """What a soft reset ends: interrupts, and on the ESP32 family PWM."""
        for number in self.profile.chip.pins:
            self.page.set_pin(number, irq=0)
            if self.profile.chip.port == "esp32" and self.page.pin(number)[0] == p.PWM:
                self.page.set_pin(number, mode=p.UNSET, duty=0)
        self.hardware.watchdog = None

    def _tick(self):
        """What happens by itself in the world: the radio's attempts, the watchdog's bite."""
        with self.lock:
            while not self._stop:
                before = self.page.byte(p.NET)
                rest = self.radio.tick()
                self.radio_changed(before)
                bite = self.hardware.watchdog
                if bite is not None and self.now() >= bite:
                    self.hardware.watchdog = None
                    self.restart("wdt")
                waits = [w for w in (rest, None if bite is None else bite - self.now()) if w is not None]
                self._changed.wait(min([1.0, *(max(w, 0.001) / self.page.speed() for w in waits)]))

    def radio_changed(self, before):
        """Something happened to the radio; `before` is the page's byte NET from before it."""
        if self.page.byte(p.NET) != before:
            self.wake(LOOK)
        self._changed.notify_all()

    def wake(self, *events):
        if self._process:
            self._process.wake(*events)

    def memory(self, timeout=2):
        """What is free of the heap after a collection, as told by the board when it next waits; None if it does not."""
        with self.lock:
            self.told_memory = None
            self.wake(COLLECT)
            self._changed.wait_for(lambda: self._stop or self.told_memory, timeout)
            return self.told_memory

    def tell_memory(self, told):
        self.told_memory = told
        self._changed.notify_all()

    def _measure(self, size):
        """Free bytes that a heap of `size` leaves to boot.py; starts a board for it and stops it there."""
        probe = Probe(self, size)
        process = self._start(probe)
        code = process.wait(10)
        self.console.ended()
        if probe.free is None:
            raise RuntimeError(f"the interpreter does not start (code {code}): " + "\n".join(self.console.lines()[-8:]))
        return probe.free

    # the world (world_api.py)

    def change(self, change):
        """PUT /world."""
        self.play.change(change)

    def drive(self, number, outside):
        """Let an outside source drive a pin (hardware.py), with the interrupt that it causes."""
        with self.lock:
            if self.hardware.drive(number, outside):
                self.wake(number)

    def reset_world(self):
        """POST /world/reset."""
        self.play.reset()

    def picture(self):
        return self.play.picture()

    def view(self, memory=False):
        """GET /world; memory: with what is free of the board's heap."""
        return self.play.view() | ({"memory": self.memory()} if memory else {})

    def view_changed(self, seconds, since):
        """GET /world?wait=SECONDS&since=REV."""
        return self.play.view_changed(seconds, since)
