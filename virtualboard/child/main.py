"""The board's process: share memory with the supervisor, arrange the interpreter, run it, tell how it ended."""

import ctypes

from virtualboard.child.bridge import Bridge
from virtualboard.child.chip import Chip
from virtualboard.child.features import hide_features
from virtualboard.child.flash import Flash
from virtualboard.child.interrupts import Interrupts
from virtualboard.child.memory import mapped
from virtualboard.child.net import Net
from virtualboard.child.stack import Stack
from virtualboard.child.start import join_supervisor, native_functions
from virtualboard.child.wait import Waiter
from virtualboard.shared_memory import RAW

# The native half is reached through machine.idle of the unix port, which the board's own machine module replaces.
_START = """import vfs
vfs.mount(vfs.VfsRom(memoryview(__import__('uctypes').bytearray_at(%d,%d))),'/.vb')
del vfs
__import__('sys').path[:]=['/.vb','.frozen']
__import__('_boot').start()
"""


def main(library, page_fd, rpc_fd, wake_fd):
    """Run one boot of the board; the numbers are inherited descriptors."""
    import micropython_run

    ask, page = join_supervisor(page_fd, rpc_fd)
    setup = ask("hello")
    bridge = Bridge(library)
    net = Net(page, ask, setup, bridge.say)
    chip = Chip(page, ask, setup, bridge)
    waiter = Waiter(page, wake_fd, net.follow)
    native = native_functions(chip, Flash(page, setup, ask, bridge), net, waiter, Stack(bridge))
    execfile = bridge.lookup(bridge.globals_of("mp_module_builtins"), b"execfile")  # the device may not have it
    native["execfile"] = lambda: execfile
    native["page_area"] = lambda: ctypes.addressof(ctypes.c_char.from_buffer(page.mem))
    native["ready"] = lambda free: bridge.count_names() or ask("ready", free)
    native["measure"] = lambda: ask("memory", *bridge.memory())
    door = bridge.function(lambda name: bridge.function(native[str(name, "ascii")]))
    missing = [] if bridge.replace(bridge.globals_of("mp_module_machine"), b"idle", door) else ["machine.idle"]
    missing += hide_features(bridge, setup)
    if missing:
        ask("changed", " ".join(missing))
    bridge.interpose({
        "mp_hal_ticks_ms": (chip.uptime_ms,),
        "mp_hal_ticks_us": (chip.uptime_us,),
        "time": (chip.unix, ctypes.c_void_p),  # by which the dates of certificates are looked at
        "mp_hal_set_interrupt_char": (Interrupts(bridge, page).allow, ctypes.c_byte),
    })
    if page.byte(RAW):  # a soft reset from the raw prompt comes back to it
        _prompt(bridge).value = 1
    shims = mapped(setup["shims"], setup["shims_size"])
    options = ["-X", f"heapsize={setup['heapsize']}", "-i", "-c", _START % shims]
    code = micropython_run.run_main(["micropython", *options])
    if waiter.timers and setup["hidden"]:
        ask("loose_timer")
    ask("exit", code, _prompt(bridge).value)


def _prompt(bridge):
    """The interpreter's mode of the prompt: 0 friendly, 1 raw."""
    return ctypes.c_int.in_dll(bridge.lib, "pyexec_mode_kind")
