"""A part of JSON text, found without parsing all of it. Imported for upstreams that have `pick`."""

from json import loads

from .characters import BACKSLASH, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE


def part(data, path):
    """The part of sound JSON to which a path such as "data.0" leads. ValueError or IndexError if it leads nowhere."""
    at = blank(data, 0)
    for step in path.split("."):
        kind = data[at]
        if kind != OPEN_ARRAY and kind != OPEN_OBJECT:
            raise ValueError
        n = int(step) if kind == OPEN_ARRAY else 0
        at = blank(data, at + 1)
        while data[at] != kind + 2:
            if kind == OPEN_OBJECT:
                end = skip(data, at)
                found = loads(data[at:end]) == step
                at = blank(data, blank(data, end) + 1)
            else:
                found = n == 0
                n -= 1
            if found:
                break
            at = blank(data, skip(data, at))
            if data[at] == COMMA:
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
        if c == QUOTE:
            while data[at] != QUOTE:
                at += 2 if data[at] == BACKSLASH else 1
            at += 1
        elif c in b"{[":
            depth += 1
        elif c in b"}]":
            depth -= 1
        elif not depth:
            while at < len(data) and data[at] not in b",]} \t\r\n":
                at += 1
        if not depth:
            return at
