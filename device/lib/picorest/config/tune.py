"""A tune as the configuration writes it: notes such as "C5:0.2 F#5:0.2 -:0.1", each with its seconds; `-` is a rest.

On an ESP8266 only with links or alarms."""

# of the highest octave, each half as fast in the one below
_HERTZ = const(" C 4186 C# 4435 D 4699 D# 4978 E 5274 F 5588 F# 5920 G 6272 G# 6645 A 7040 A# 7459 B 7902 ")
_HIGHEST = const(8)


def notes(tune):
    """(Hz, 0 for a rest; milliseconds) of each note of a tune. ValueError(note) for what is none."""
    for note in tune.split():
        cut = note.find(":")
        at = _HERTZ.find(" %s " % note[: max(cut - 1, 0)].upper())
        try:
            ms = int(float(note[cut + 1 :]) * 1000)
            hz = 0 if note[:cut] == "-" else int(_HERTZ[at:].split(" ", 3)[2]) >> _HIGHEST - int(note[cut - 1 : cut])
        except (ValueError, OverflowError, IndexError):
            ms = 0
        if at < 0 and note[:cut] != "-" or not 10 <= ms <= 10000:
            raise ValueError(note)
        yield hz, ms
