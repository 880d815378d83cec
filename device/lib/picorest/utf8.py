"""Bytes as text: as UTF-8, strictly, or as the Latin-1 of old."""

# bytes that begin a character, and between which two bytes the next one is not UTF-8: the character would be written with
# more bytes than needed, or be half of a pair, or lie beyond Unicode
_WRONG = const(
    b"\xc0\x80\xbf\xc1\x80\xbf\xe0\x80\x9f\xed\xa0\xbf\xf0\x80\x8f\xf4\x90\xbf\xf5\x80\xbf\xf6\x80\xbf\xf7\x80\xbf"
)


def text(data):
    """Bytes as text. ValueError if they are not UTF-8, of which MicroPython's own decode() only counts the bytes."""
    found = data.decode()
    if len(found) != len(data):
        # not by its characters: MicroPython keeps each that it has made a text of, for ever
        for n in range(0, 27, 3):
            lead = _WRONG[n : n + 1]
            at = data.find(lead)
            while at >= 0:
                if _WRONG[n + 1] <= data[at + 1] <= _WRONG[n + 2]:
                    raise ValueError
                at = data.find(lead, at + 1)
    return found


def latin(data):
    """Bytes as text: as UTF-8, or as Latin-1, which HTTP had before, if they are none."""
    try:
        return text(data)
    except ValueError:
        out = bytearray()
        for byte in data:
            out.extend(bytes((byte,)) if byte < 128 else bytes((0xC0 | byte >> 6, byte & 0xBF)))
        return out.decode()
