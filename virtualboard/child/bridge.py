"""Lets MicroPython call functions of this CPython process, and edits the interpreter's tables.

The MicroPython of this process is a shared library whose symbols are all exported. A native function object is three
words (type, signature, address), so CPython can make one around a callback; it lies outside the board's heap and a call
costs about a microsecond. The layouts below are those of the pinned interpreter: 64 bit, object representation A.
"""

import ctypes as c
import traceback

from virtualboard.child.interpose import slots

_IMMEDIATE = {6: None, 14: False, 30: True}
_ANY_ARGUMENTS = 0xFFFF << 1
_WORDS = 1 << 64
_WRITABLE = 0x200  # PyBUF_WRITE
_view = c.PYFUNCTYPE(c.py_object, c.c_void_p, c.c_ssize_t, c.c_int)(("PyMemoryView_FromMemory", c.pythonapi))
_CALLBACK = c.CFUNCTYPE(c.c_size_t, c.c_size_t, c.POINTER(c.c_size_t))


class _Function(c.Structure):
    _fields_ = [("type", c.c_void_p), ("signature", c.c_uint32), ("fun", c.c_void_p)]


class _Buffer(c.Structure):
    _fields_ = [("buf", c.c_void_p), ("len", c.c_size_t), ("typecode", c.c_int)]


class Object(int):
    """A MicroPython object that is neither a number, a constant nor a buffer: its bare word."""


class Bridge:
    """Native functions and table edits for the interpreter in `path`."""

    def __init__(self, path):
        self.lib = lib = c.CDLL(path)
        self._libc = c.CDLL(None, use_errno=True)
        self._libc.mprotect.argtypes = [c.c_void_p, c.c_size_t, c.c_int]
        lib.mp_map_lookup.restype = c.c_void_p
        lib.mp_map_lookup.argtypes = [c.c_void_p, c.c_size_t, c.c_int]
        lib.qstr_find_strn.restype = c.c_size_t
        lib.qstr_find_strn.argtypes = [c.c_char_p, c.c_size_t]
        lib.mp_get_buffer.restype = c.c_bool
        lib.mp_get_buffer.argtypes = [c.c_size_t, c.POINTER(_Buffer), c.c_size_t]
        lib.qstr_init()
        self._function_type = self.address("mp_type_fun_builtin_var")
        self._kept = {}
        self._found = _Buffer()
        self._where_found = c.byref(self._found)
        self._slots = slots(lib)
        self.exchange = c.create_string_buffer(8192)

    def address(self, symbol):
        return c.addressof(c.c_char.in_dll(self.lib, symbol))

    def function(self, call):
        """A native function object (Object) that runs `call(*args)`; see `argument` and `_result` for the types.

        With an attribute `bare` on it, `call` gets the words as Objects; with `quick`, it is called as the interpreter calls a C
        function, with their number and where they are, and answers a word.
        """
        if call not in self._kept:
            convert = Object if getattr(call, "bare", False) else self.argument

            def run(count, words):
                try:
                    return self._result(call(*[convert(words[i]) for i in range(count)]))
                except Exception:  # must not pass through the interpreter; it is told on the console
                    traceback.print_exc()
                    return 6

            callback = _CALLBACK(call if getattr(call, "quick", False) else run)
            obj = _Function(self._function_type, _ANY_ARGUMENTS, c.cast(callback, c.c_void_p))
            self._kept[call] = callback, obj
        return Object(c.addressof(self._kept[call][1]))

    def native(self, address):
        """A function object (Object) around machine code that takes the number of arguments and where they are."""
        obj = _Function(self._function_type, _ANY_ARGUMENTS, address)
        self._kept[address] = obj
        return Object(c.addressof(obj))

    def argument(self, word):
        """int, None, bool; str and every buffer as a writable memoryview of MicroPython's memory; or an Object."""
        if word & 1:
            return (word - _WORDS if word >> 63 else word) >> 1
        if word in _IMMEDIATE:
            return _IMMEDIATE[word]
        found = self._found
        if self.lib.mp_get_buffer(word, self._where_found, 1):
            return _view(found.buf, found.len, _WRITABLE) if found.len else b""
        return Object(word)

    def buffer(self, word):
        """(address, length in bytes) of a buffer's memory; no bytes of what is no buffer."""
        found = self._found
        return (found.buf, found.len) if self.lib.mp_get_buffer(word, self._where_found, 1) else (0, 0)

    def _result(self, value):
        """None, bool, int (62 bits), Object; bytes go to the exchange area, their length is the result."""
        if value is None:
            return 6
        if isinstance(value, Object):
            return value
        if isinstance(value, bytes):
            value = self.say(value)
        if isinstance(value, bool):
            return 30 if value else 14
        return self.number(value)

    def number(self, value):
        """The word of an int."""
        return ((value << 1) | 1) & (_WORDS - 1)

    def say(self, data):
        """Put bytes where the device side reads them; returns their length."""
        self.exchange[: len(data)] = data
        return len(data)

    def memory(self):
        """(free bytes, largest free piece, names, tables of names), as right after a collection (py/gc.h, gc_info_t).

        Names are those that were made since `count_names`.
        """
        found = (c.c_size_t * 7)()
        self.lib.gc_info(found)
        _, _, free, largest, *_ = found
        names, tables = self._names()
        return free, largest * 32, names - self._names_before[0], tables - self._names_before[1]

    def count_names(self):
        self._names_before = self._names()

    def _names(self):
        tables, names, *_ = counts = [c.c_size_t() for _ in range(4)]
        self.lib.qstr_pool_info(*map(c.byref, counts))
        return names.value, tables.value

    def interpose(self, functions):
        """Let the interpreter call ours: {name: (call, ctypes of its arguments …)}; they return unsigned numbers."""
        for name, (call, *kinds) in functions.items():
            callback = c.CFUNCTYPE(c.c_size_t, *kinds)(call)
            self._kept[name] = callback
            self.redirect(name, c.cast(callback, c.c_void_p).value)

    def redirect(self, name, address):
        """Let the interpreter call the code at `address` in place of a function of its own or of the C library."""
        place = self._slots[name]
        self._unlock(place)
        c.c_size_t.from_address(place).value = address

    # tables of the interpreter

    def replace(self, dictionary, name, value):
        """Put `value` (Object, or None to hide the entry) under `name` into a dictionary in read-only memory.

        Returns False if there is no such entry.
        """
        entry = self._entry(dictionary, name)
        if not entry:
            return False
        self._unlock(entry)
        if value is None:
            c.c_size_t.from_address(entry).value = self._qstr(b"\n")
        else:
            c.c_size_t.from_address(entry + 8).value = value
        return True

    def lookup(self, dictionary, name):
        """The value (Object) under `name` in a dictionary, or None."""
        entry = self._entry(dictionary, name)
        return Object(c.c_size_t.from_address(entry + 8).value) if entry else None

    def _entry(self, dictionary, name):
        word = self._qstr(name)
        return self.lib.mp_map_lookup(dictionary + 8, word, 0) if word else None

    def globals_of(self, symbol):
        """The dictionary of a built-in module, by the symbol of the module."""
        return c.c_void_p.from_address(self.address(symbol) + 8).value

    def hide_module(self, name):
        """Take a module out of the tables of built-in modules."""
        return any(self.replace(self.address(table) - 8, name, None)
                   for table in ("mp_builtin_module_map", "mp_builtin_extensible_module_map"))

    def _qstr(self, name):
        number = self.lib.qstr_find_strn(name, len(name))
        return (number << 3) | 2 if number else 0

    def _unlock(self, address):
        page = address & ~0xFFF
        if self._libc.mprotect(page, 0x2000, 3):
            raise OSError(c.get_errno(), "the interpreter's tables cannot be changed on this system")

    def address_of_exchange(self):
        return c.addressof(self.exchange)
