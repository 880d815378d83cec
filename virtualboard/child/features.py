"""Takes away what the unix port of MicroPython has and the chip's port leaves out.

Every name is looked up before it is taken; one that is not found is told to the supervisor, because then the pinned
interpreter has changed and the list needs care. Source: ports/esp8266/mpconfigport.h.
"""

_ESP8266 = {  # symbol of a built-in module: names
    "mp_module_builtins": "compile complex NotImplemented execfile",
    "mp_module_math": "inf nan isclose log2 log10 factorial gamma lgamma erf erfc expm1 acosh asinh "
    "atanh cosh sinh tanh tau",
    "mp_module_random": "choice randint randrange random uniform",
    "mp_module_binascii": "crc32",
    "mp_module_hashlib": "md5",
    "mp_module_sys": "exc_info atexit executable",
}
_ESP8266_MODULES = "_thread cmath termios"
_ESP32 = {"mp_module_sys": "exc_info atexit executable"}
_ESP32_MODULES = "termios"


def left_out(setup):
    """The same as text, for an interpreter whose tables are found by the modules' names: "module name name" lines."""
    tables = _ESP8266 if setup["hidden"] else _ESP32
    return "\n".join(f"{symbol.removeprefix('mp_module_')} {names}" for symbol, names in tables.items())


def hide_features(bridge, setup):
    """Returns the names that could not be hidden."""
    tables, modules = (_ESP8266, _ESP8266_MODULES) if setup["hidden"] else (_ESP32, _ESP32_MODULES)
    missing = []
    for symbol, names in tables.items():
        table = bridge.globals_of(symbol)
        missing += [name for name in names.split() if not bridge.replace(table, name.encode(), None)]
    return missing + [name for name in modules.split() if not bridge.hide_module(name.encode())]
