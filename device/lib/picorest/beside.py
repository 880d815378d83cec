"""The file beside an ESP8266's program, on the file system: what need not lie in ROMFS, where room is short."""

from binascii import hexlify


def part(line):
    """(file, offset, size) of what a line of the program tells of; see host/build/pages.py. OSError if it is not there."""
    line.seek(0)
    start, size, tag = line.read().split()
    start = int(start)
    size = int(size)
    for name in ("picorest.www0", "picorest.www1"):
        try:
            file = open(name, "rb")
        except OSError:
            continue
        file.seek(start + size - 8)
        if hexlify(file.read(8)) == tag:
            return file, start, size
        file.close()
    raise OSError
