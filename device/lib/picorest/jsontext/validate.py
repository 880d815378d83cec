"""JSON as RFC 8259 has it: the firmware's parser also takes text without commas, or with too many."""

import json

from ..problem import Problem
from ..utf8 import text
from .characters import BACKSLASH, CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, QUOTE, UNICODE

_DEPTH = const(16)
_SPACE = const(0x20)  # below are control characters
_EXACT = const(1 << 22)  # below, the floats of an ESP8266 are exact
_ESCAPES = b'"\\/bfnrt'


def loads(data):
    """Like json.loads() of bytes, but ValueError for anything that is not JSON, or is nested more than 16 deep, and 400 for a
    member given twice. A byte order mark is skipped; a number of whole value is an int, however it is written."""
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    text(data)
    members = check(data)
    found = json.loads(_paired(bytes(data)) if b"\\u" in data else data)
    if settle(found) < members:
        raise Problem("repeated-member")
    return found


def settle(found):
    """Make numbers of whole value ints in what was parsed; how many members its objects have. ValueError(key, words) for a
    number such as 1e999, which is infinite here: there is no JSON of that."""
    members = 0
    todo = [found] if isinstance(found, (dict, list)) else []
    while todo:
        item = todo.pop()
        keys = item
        if isinstance(item, dict):
            members += len(item)
        else:
            keys = range(len(item))
        for key in keys:
            value = item[key]
            if isinstance(value, (dict, list)):
                todo.append(value)
            elif isinstance(value, float):
                if value - value:
                    raise ValueError("", "it has a number that is too large")
                if -_EXACT < value < _EXACT and value == int(value):
                    item[key] = int(value)
    return members


def check(data):
    """How many members the objects of a JSON text have, those given twice counted twice. ValueError if it is none."""
    # a stack of open brackets and what may come next: v value, V value or end, k key or end, K key, : colon, e comma or end
    stack = bytearray()
    want = "v"
    members = 0
    i = 0
    n = len(data)
    while True:
        while i < n and data[i] in b" \t\r\n":
            i += 1
        if i == n:
            break
        c = data[i]
        if c == QUOTE and want in "vVkK":  # substring: always one letter
            i = _string(data, i + 1, n)
            want = ":" if want in "kK" else "e"  # substring: always one letter
        elif want in "vV" and (c in b"{["):  # substring: always one letter
            stack.append(c)
            if len(stack) > _DEPTH:
                raise ValueError
            want = "k" if c == OPEN_OBJECT else "V"
            i += 1
        elif c in b"}]" and stack and c - stack[-1] == 2 and want in ("ek" if c == CLOSE_OBJECT else "eV"):
            stack = stack[:-1]
            want = "e"
            i += 1
        elif c == COMMA and want == "e" and stack:
            want = "K" if stack[-1] == OPEN_OBJECT else "v"
            i += 1
        elif c == COLON and want == ":":
            want = "v"
            members += 1
            i += 1
        elif want in "vV":  # substring: always one letter
            i = _scalar(data, i, n)
            want = "e"
        else:
            raise ValueError
    if stack or want != "e":
        raise ValueError
    return members


def _string(data, i, n):
    while i < n:
        c = data[i]
        if c == QUOTE:
            return i + 1
        if c < _SPACE:
            break
        if c == BACKSLASH:
            i += 1
            if i < n and data[i] == UNICODE:
                if i + 5 > n or data[i + 1 : i + 5].strip(b"0123456789abcdefABCDEF"):
                    break
                i += 4
            elif i >= n or data[i] not in _ESCAPES:
                break
        i += 1
    raise ValueError


def _paired(data):
    # a character beyond 16 bits may be escaped as two halves, which the firmware's parser does not put together
    at = data.find(b"\\")
    while at >= 0:
        high = int(data[at + 2 : at + 6], 16) if data[at + 1] == UNICODE else 0
        if 0xD800 <= high < 0xE000:
            low = int(data[at + 8 : at + 12], 16) if data[at + 6 : at + 8] == b"\\u" else 0
            if high >= 0xDC00 or not 0xDC00 <= low < 0xE000:
                raise ValueError
            code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
            char = bytes((0xF0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63))
            data = data[:at] + char + data[at + 12 :]
        at = data.find(b"\\", at + 2)
    return data


def _scalar(data, i, n):
    end = i
    while end < n and data[end] not in b" \t\r\n,]}:":
        end += 1
    word = data[i:end]
    if word in (b"true", b"false", b"null"):
        return end
    if len(word) > 24:
        raise ValueError
    if word[:1] == b"-":
        word = word[1:]
    whole = word.lower().split(b"e")
    if len(whole) == 2 and not (whole[1][1:] if whole[1][:1] in (b"+", b"-") else whole[1]).isdigit():
        raise ValueError
    parts = whole[0].split(b".")
    if len(whole) > 2 or len(parts) > 2 or not all(part.isdigit() for part in parts):
        raise ValueError
    if len(parts[0]) > 1 and parts[0][:1] == b"0":
        raise ValueError
    return end
