"""Ctrl-C: a signal that asks for a KeyboardInterrupt at the next safe point, heard only while code runs.

The unix port's own way (SIGINT) jumps out of anything, also out of the garbage collector or a half written file.
"""

import ctypes
import signal

from virtualboard.shared_memory import RUNS

_IGNORE = 1
_CTRL_C = 3


class Interrupts:
    """Takes the place of mp_hal_set_interrupt_char, which the interpreter calls before and after it runs code."""

    def __init__(self, bridge, page):
        self.page = page
        self._libc = ctypes.CDLL(None)
        self._libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
        self._libc.siginterrupt.argtypes = [ctypes.c_int, ctypes.c_int]
        self._ask = ctypes.cast(bridge.lib.mp_sched_keyboard_interrupt, ctypes.c_void_p)
        self.allow(0)

    def allow(self, char):
        """From here on SIGUSR1 interrupts, or is ignored: one that comes too late is lost and does no harm."""
        runs = char == _CTRL_C
        self._libc.signal(signal.SIGUSR1, self._ask if runs else _IGNORE)
        if runs:
            self._libc.siginterrupt(signal.SIGUSR1, 1)
        self.page.set_byte(RUNS, runs)
        return 0
