"""The sentences of an ESP8266's problems, which lie beside the program. Imported for one, then dropped."""

from .beside import part

_PIECE = const(256)
_KEY = const(40)  # bytes that a type takes at most


def find(type):
    """The sentence of a type, "" if it has none. OSError if the file is not there."""
    with open("/rom/www/sentences.at", "rb") as line:
        file, start, left = part(line)
    key = b"\n%s " % type.encode()
    data = b""
    with file:
        file.seek(start)
        while left:
            piece = file.read(min(left, _PIECE))
            left -= len(piece)
            data += piece
            at = data.find(key)
            end = data.find(b"\n", at + 1)
            if at < 0:
                data = data[-_KEY:]
            elif end < 0:
                data = data[at:]
            else:
                return data[at + len(key) : end].decode()
    return ""
