"""DS18B20: thermometers on OneWire, several on one pin, told apart by address. On an ESP8266 only with sensors.

The firmware's `_onewire` does the time slots. Its `ds18x20` is not used: that one knows neither a wire that is held low, whose
zeros have a right checksum, nor the 85 degrees of a sensor whose supply broke down.
"""

from binascii import hexlify, unhexlify

KEYS = """
pin pin* the pin of the data wire
address address its 16 digits, needed where several are on the pin
"""
OWNERS = "OneWire bus"  # of the pins, in the order of KEYS
MEASURES = "temperature °C"  # quantities and units, in the order of read()
_CONVERSION = const(750)  # ms
_POWER_ON = const(85 * 16)
_MOST = const(6)  # addresses that are looked for
_FAMILY = const(0x28)
_HELD = "The data wire is held low: look for a short circuit."
_ALL = const(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff")


def address(given):
    """What `address` of the configuration means. ValueError(words) if it can be none."""
    if given is None:
        return None
    try:
        rom = unhexlify(given) if isinstance(given, str) else b""
    except ValueError:
        rom = b""
    if len(rom) != 8 or rom[0] != _FAMILY:
        raise ValueError('must be the 16 digits of a DS18B20, such as "28ff641e8216c3a2": leave it out, and /sensors tells them')
    if crc8(rom):
        raise ValueError("has a mistake in it: its last two digits do not belong to the others")
    return rom


def start(board, pins, given):
    """Begin a conversion; returns (ms until it can be read, what to give to read()). ValueError(words)."""
    import _onewire

    wire = _wire(board, pins)
    known = given
    if not given:
        found = scan(wire)
        if len(found) > 1:
            raise ValueError("There are several on the pin: choose one by its address, %s." % _told(found))
        known = found[0] if found else None
    if not known or not _select(wire, known):
        raise ValueError("The sensor does not answer: check its power, the data wire, and the 4.7 kΩ resistor from it to 3.3 V.")
    _onewire.writebyte(wire, 0x44)
    return _CONVERSION, known


def read(board, pins, given, known):
    """(hundredths of a degree,) after a conversion. ValueError(words)."""
    import _onewire

    wire = _wire(board, pins)
    _select(wire, known)
    _onewire.writebyte(wire, 0xBE)
    data = bytes([_onewire.readbyte(wire) for _ in range(9)])
    if data == _ALL:
        raise ValueError("Nobody on the pin has this address; there is %s." % (_told(scan(wire)) or "none"))
    if data == bytes(9):  # zeros have a right checksum, too
        raise ValueError(_HELD)
    if crc8(data) or data[4] & 0x9F != 0x1F:  # five of its bits are always the same
        raise ValueError("The reading arrived garbled: its checksum is wrong.")
    raw = data[0] | data[1] << 8
    if raw == _POWER_ON:
        raise ValueError("The sensor tells the 85 °C that it has when it is switched on: check its power.")
    if raw & 0x8000:
        raw -= 0x10000
    unused = 3 - (data[4] >> 5)  # bits, where it was set to measure fewer
    raw = raw >> unused << unused
    if not -880 <= raw <= 2000:
        raise ValueError("The sensor sent %d °C, which it cannot measure." % (raw // 16))
    return ((raw * 25 + 2) // 4,)


def _wire(board, pins):
    wire = board.pin(pins[0], "open_drain", "up", 1)
    if not wire.value():
        raise ValueError(_HELD)
    return wire


def crc8(data):
    """0 if the last byte is the check of the others."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


def scan(wire):
    """The addresses on the wire, at most so many; each takes 14 ms."""
    found = []
    rom, last = bytes(8), 0
    for _ in range(_MOST):
        rom, last = _next(wire, rom, last)
        if rom and rom[0] == _FAMILY and not crc8(rom):
            found.append(rom)
        if not last:
            break
    return found


def _next(wire, before, last):
    # one step of the search that the data sheets describe: the address after `before`, which takes the other way at bit `last`; and
    # the bit at which the one after it does. Bits count from 1; 0: there is none
    import _onewire

    if not _onewire.reset(wire):
        return None, 0
    _onewire.writebyte(wire, 0xF0)
    rom = bytearray(8)
    fork = 0
    for n in range(64):
        bit, other = _onewire.readbit(wire), _onewire.readbit(wire)
        if bit and other:
            return None, 0
        if bit == other:  # there are both
            bit = before[n >> 3] >> (n & 7) & 1 if n + 1 < last else n + 1 == last
            if not bit:
                fork = n + 1
        _onewire.writebit(wire, bit)
        rom[n >> 3] |= bit << (n & 7)
    return bytes(rom), fork


def _select(wire, rom):
    import _onewire

    if not _onewire.reset(wire):
        return False
    _onewire.writebyte(wire, 0x55)
    for byte in rom:
        _onewire.writebyte(wire, byte)
    return True


def _told(found):
    return ", ".join([str(hexlify(rom), "utf-8") for rom in found])
