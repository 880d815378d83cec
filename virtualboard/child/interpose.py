"""Puts functions of ours in the place of functions that the interpreter calls by name (Linux, ELF, 64 bit)."""

import ctypes as c

_DT_PLTRELSZ, _DT_STRTAB, _DT_SYMTAB, _DT_JMPREL = 2, 5, 6, 23
_RTLD_DI_LINKMAP = 2


class _LinkMap(c.Structure):
    _fields_ = [("base", c.c_size_t), ("name", c.c_char_p), ("dynamic", c.c_size_t)]


def slots(lib):
    """{function name: address of the word through which `lib` (a ctypes library) calls it}."""
    libc = c.CDLL(None)
    found = c.POINTER(_LinkMap)()
    libc.dlinfo.argtypes = [c.c_void_p, c.c_int, c.c_void_p]
    if libc.dlinfo(lib._handle, _RTLD_DI_LINKMAP, c.byref(found)):
        raise OSError("the loaded interpreter cannot be examined on this system")
    base, at = found.contents.base, found.contents.dynamic
    tags = {}
    while (tag := _word(at)) != 0:
        tags[tag] = _word(at + 8)
        at += 16
    table = {}
    for entry in range(tags[_DT_JMPREL], tags[_DT_JMPREL] + tags[_DT_PLTRELSZ], 24):
        symbol = tags[_DT_SYMTAB] + 24 * (_word(entry + 8) >> 32)
        name = c.string_at(tags[_DT_STRTAB] + c.c_uint32.from_address(symbol).value)
        table[name.decode()] = base + _word(entry)
    return table


def _word(address):
    return c.c_size_t.from_address(address).value
