"""The C stack of a chip, as a limit of the stack of this process: so many nested calls, and RuntimeError beyond.

An import takes some 4 KB of stack more here than on a chip, for paths of 4096 bytes: it raises the limit as long as it lasts.
"""

import ctypes
import mmap
import struct

_IMPORT = 4288  # bytes of stack that an import takes here, less what it takes on a chip, which is about two calls
_kept = []


class Stack:
    """Sets the word in the interpreter's state that every call compares the use of the C stack with."""

    NATIVE = ("stack_limit", "stack_settle")

    def __init__(self, bridge):
        # the state of the main thread begins with the stack's top and its limit
        self._word = ctypes.c_size_t.from_address(bridge.address("mp_state_ctx") + 8)
        self._limit = 0
        self._bridge = bridge

    def stack_limit(self, size):
        """From here on, a call that would find `size` bytes of the C stack in use raises RuntimeError."""
        if not self._limit:
            self._deep_imports()
        self._limit = self._word.value = size

    def stack_settle(self):
        """After imports that have failed."""
        if self._limit:
            self._word.value = self._limit

    def _deep_imports(self):
        name = "mp_builtin___import___default"
        code = _wrapped(self._bridge.address(name), ctypes.addressof(self._word), _IMPORT)
        self._bridge.redirect(name, code)
        self._bridge.replace(self._bridge.globals_of("mp_module_builtins"), b"__import__", self._bridge.native(code))


def _wrapped(function, word, more):
    """Address of machine code (x86-64) that calls `function` and adds `more` to the word for as long as that lasts."""
    word = b"\x49\xbb" + struct.pack("<Q", word)  # mov r11, word
    code = b"\x48\x83\xec\x08" + word + b"\x49\x81\x03" + struct.pack("<I", more)  # sub rsp, 8; add qword [r11], more
    code += b"\x48\xb8" + struct.pack("<Q", function) + b"\xff\xd0"  # mov rax, function; call rax
    code += word + b"\x49\x81\x2b" + struct.pack("<I", more) + b"\x48\x83\xc4\x08\xc3"  # sub qword [r11], more; add rsp, 8; ret
    area = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(code)
    _kept.append(area)
    return ctypes.addressof(ctypes.c_char.from_buffer(area))
