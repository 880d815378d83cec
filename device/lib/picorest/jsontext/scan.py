"""A part of JSON text, found without parsing all of it. Imported for upstreams that have `pick`."""

from json import loads


def part(data, path):
    """The part of sound JSON to which a path such as "data.0" leads. ValueError or IndexError if it leads nowhere."""
    at = blank(data, 0)
    for step in path.split("."):
        kind = data[at]
        if kind != 91 and kind != 123:
            raise ValueError
        n = int(step) if kind == 91 else 0
        at = blank(data, at + 1)
        while data[at] != kind + 2:
            if kind == 123:
                end = skip(data, at)
                found = loads(data[at:end]) == step
                at = blank(data, blank(data, end) + 1)
            else:
                found = n == 0
                n -= 1
            if found:
                break
            at = blank(data, skip(data, at))
            if data[at] == 44:
                at = blank(data, at + 1)
        else:
            raise ValueError
    return data[at : skip(data, at)]


def blank(data, at):
    # past the white space
    while at < len(data) and data[at] in b" \t\r\n":
        at += 1
    return at


def skip(data, at):
    # past a value
    depth = 0
    while True:
        c = data[at]
        at += 1
        if c == 34:
            while data[at] != 34:
                at += 2 if data[at] == 92 else 1
            at += 1
        elif c == 91 or c == 123:
            depth += 1
        elif c == 93 or c == 125:
            depth -= 1
        elif not depth:
            while at < len(data) and data[at] not in b",]} \t\r\n":
                at += 1
        if not depth:
            return at
