"""The board's parsers of a request's head and of a query, on the real MicroPython, against independent ones: h11 and urllib.

The board may be stricter than h11 where docs/http.md says so, and it does not look into headers that it has no use for; but
what it accepts, h11 must accept too and understand in the same way, most of all where the request ends.
"""

import json
import re
import string
from urllib.parse import unquote_to_bytes

import h11
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.protocol.support.micropython import Talker

BOARD = """
import json
from binascii import hexlify, unhexlify
from picorest.http.request import remember, take as take_next
from picorest.http.server import Server
from picorest.http.urlencoded import parse_urlencoded
from picorest.problem import Problem

class App(Server):
    def __init__(self):
        super().__init__(4, 7000)  # so few bytes of headers are remembered as on an ESP8266

class Conn:
    peer = "1.2.3.4"
    state = used = left_since = left_out = 0
    def set_phase(self, state, ms):
        pass

app = App()

def take(data):
    # as the server does: what was understood is remembered
    app.peers.clear()
    conn = Conn()
    conn.buffer = data
    try:
        req = take_next(app, conn)
    except Problem as problem:
        return {"refused": problem.type, "status": problem.status_code}
    if not req:
        return {"more": hexlify(conn.buffer).decode()}
    remember(app, req)
    known = {name: hexlify(value).decode() for name, value in req.known.items()}
    return {"method": req.method, "path": req.path, "query": hexlify(req.query).decode(), "version": req.version,
            "length": req.content_length, "known": known, "rest": hexlify(conn.buffer).decode()}

def ask(text):
    kind, data = text.split(" ")
    data = unhexlify(data)
    if kind == "fresh":
        app.unlearn()
    if kind != "query":
        return take(data)
    try:
        return {"args": list(parse_urlencoded(data).items()) if data else []}
    except Problem as problem:
        return {"refused": problem.type}
"""
QUICK = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def board():
    with Talker(BOARD) as talker:
        yield lambda kind, data: talker.ask(f"{kind} {data.hex()}")


# -- the query

WORDS = st.sampled_from("pin a D5 %41 %zz % %4 %ff %c3%a9 %c0%80 %ed%a0%80 %00 %1f %20 + é \x7f & = && ;".split())
TEXT = st.one_of(
    st.lists(WORDS, max_size=8).map(lambda words: "".join(words).encode()),
    st.text(string.ascii_letters + string.digits + "%&=+;/?é", max_size=30).map(str.encode),
    st.binary(max_size=20).map(lambda data: re.sub(rb"[\0\r\n ]", b"", data)),  # what a target cannot have in it
)


def reference(data: bytes):
    """(key, value) pairs of a query, or why it has none."""
    pairs = []
    for part in filter(None, data.split(b"&")):
        if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
            return "bad-query"
        if re.search(rb"%[01]", part):  # control characters
            return "bad-query"
        try:
            part.decode("utf-8")
            pair = [unquote_to_bytes(half.replace(b"+", b" ")).decode("utf-8") for half in (part + b"=").split(b"=", 1)]
        except UnicodeDecodeError:
            return "bad-query"
        pairs.append([pair[0], pair[1][:-1]])
        if pair[0] in [key for key, _ in pairs[:-1]]:
            return "repeated-parameter"
    return pairs


@QUICK
@given(TEXT)
@example(b"a=1&a=2")
@example(b"%61=1&a=2")
@example(b"\xc3%a9=1")
@example(b"%c3%a9=1")
def test_queries(board, data):
    said = board("query", data)
    expected = reference(data)
    if isinstance(expected, str):
        assert said == {"refused": expected}
    else:
        assert sorted(said["args"]) == sorted(expected)


# -- the head

NAMES = ["Host", "host", "Content-Length", "Transfer-Encoding", "Expect", "Origin", "Referer", "Connection", "Authorization",
         "X-Other", "A", "Content-Type", "content-length", "TRANSFER-ENCODING", "X-Content-Length", "Hos", "Hostt", "A(b)", "",
         " A", "A ", "A\tb"]  # fmt: skip
VALUES = ["board", "chunked", "Chunked", "gzip, chunked", "0", "5", "007", "-1", "+1", "5, 5", "0x5", "1 1", "100-continue",
          "close", "", " 5", "5 ", "\t5\t", "5\x0b", "\x0cchunked", "\x005", "a\rb", "a: b", "é", "x" * 400,
          "99999999999"]  # fmt: skip
LOOKED_AT = "host origin referer connection content-length content-type transfer-encoding expect authorization".split()
ENDS = st.sampled_from(["\r\n"] * 40 + ["\n", "\r", "\r\r\n", "\n\r\n", " \r\n", "\r\n ", "\r\n\t", "\0\r\n"])
COLONS = st.sampled_from([": "] * 8 + [":", ":  ", " : ", " "])
LINE = st.tuples(st.sampled_from(NAMES), COLONS, st.sampled_from(VALUES), ENDS).map("".join)
METHODS = st.sampled_from(["GET"] * 6 + ["PUT", "OPTIONS", "get", "G-T", "BREW", "", "A" * 17, "\x16\x03"])
BLANK = st.sampled_from([" "] * 9 + ["  ", "\t"])
TARGETS = ["/", "/gpio?pin=10&state=1", "/a%20b", "/%zz", "/%ff", "/é", "*", "http://board/x?y", "board:80", "HTTP://B/",
           "http://board", "//", "/?", "/a\tb", "/a\rb", "/#x", "", "/" + "y" * 1200]  # fmt: skip
FIRST = st.tuples(
    METHODS, BLANK, st.sampled_from(TARGETS), BLANK,
    st.sampled_from(["HTTP/1.1"] * 9 + ["HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/11", ""]), ENDS,
).map("".join)  # fmt: skip
HOST = st.sampled_from(["Host: board\r\n"] * 9 + [""])
BODY = st.sampled_from(["", "", "", "{}", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"])
HEADS = st.tuples(FIRST, HOST, st.lists(LINE, max_size=5).map("".join), st.sampled_from(["\r\n"] * 9 + ["\n", ""]), BODY).map(
    lambda parts: "".join(parts).encode("latin-1" if len(parts[2]) % 2 else "utf-8")
)


def oracle(data: bytes):
    """What h11 makes of it: {method, target, length, rest}, {"more"} or {"refused"}."""
    conn = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    conn.receive_data(data.lstrip(b"\r\n") if data[:2] == b"\r\n" else data)
    try:
        event = conn.next_event()
    except h11.RemoteProtocolError as error:
        return {"refused": str(error)}
    if event is h11.NEED_DATA:
        return {"more": True}
    headers = dict(event.headers)
    length = -1 if b"transfer-encoding" in headers else int(headers.get(b"content-length", 0))
    rest = conn.trailing_data[0]
    return {"method": event.method, "target": event.target, "length": length, "rest": rest, "headers": headers}


def tamed(data: bytes) -> bytes:
    """`data` without what the board does not look at: odd bytes in the target, in names and values of headers."""
    head, mark, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) == 3:
        parts[1] = re.sub(rb"[^\x21-\x7e]", b"x", parts[1])
    out = [b" ".join(parts)]
    for line in lines:
        name, colon, value = line.partition(b":")
        name = re.sub(rb"[^-\w!#$%&'*+.^`|~]", b"x", name, flags=re.A)
        out.append(name + colon + re.sub(rb"[^\t\x20-\x7e\x80-\xff]", b"x", value))
    return b"\r\n".join(out) + mark + rest


def excused(data: bytes, reason: str) -> bool:
    """Whether docs/http.md says that the board refuses this, though h11 does not."""
    head = data.lstrip(b"\r\n").partition(b"\r\n\r\n")[0]
    first, *lines = head.split(b"\n")
    names = [line.partition(b":")[0].lower().decode("latin-1") for line in lines]
    looked_at = [name for name in names if name in LOOKED_AT]
    path = (first + b"  ").split(b" ")[1].partition(b"?")[0]
    if reason == "bad-request":
        return bool(
            re.search(rb"(?<!\r)\n", first + b"\n")  # a bare LF after the first line, or in place of the empty one
            or b"\n\n" in data
            or not re.fullmatch(rb"[A-Za-z]{1,16}", first.split(b" ")[0])
            or not (path[:1] == b"/" or re.match(rb"(?i)http://[^/]*/", path) or path == b"*" and first[:8] == b"OPTIONS ")
            or re.search(rb"%(?![2-9a-fA-F][0-9a-fA-F])", path)
            or _no_utf8(path)
        )
    return {
        "address-too-long": len(first) > 1024,
        "headers-too-large": len(head) > 1536,
        "http-version": not re.search(rb"HTTP/1\.[01]\r?$", first),
        "bad-header": bool(re.search(rb"\n[ \t]|[^\r]\n", head + b"\r")) or len(set(looked_at)) < len(looked_at),
        "bad-length": "content-length" in names and ("transfer-encoding" in names or bool(re.search(rb"\d{10}|,", head))),
        "transfer-encoding": "transfer-encoding" in names,
        "expectation": "expect" in names,
    }[reason]


def _no_utf8(target: bytes) -> bool:
    try:
        unquote_to_bytes(target).decode()
    except UnicodeDecodeError:
        return True
    return False


@QUICK
@given(HEADS)
@example(b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0bchunked\r\n\r\n")
@example(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\x0b\r\n\r\nhello")
@example(b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\rContent-Length: 5\r\n\r\n")
def test_heads(board, data):
    said = board("fresh", data)
    assert board("take", data) == said, "the second time, with the first remembered"
    theirs = oracle(data)
    if "refused" in said:
        assert "method" not in theirs or excused(data, said["refused"]), (said, theirs)
    elif "more" in said:
        assert "method" not in theirs, theirs
        assert "more" in theirs or data.lstrip(b"\r\n")[:1].isalpha(), theirs  # it may refuse later what cannot become sound
    else:
        if "method" not in theirs:
            theirs = oracle(tamed(data))
        assert "method" in theirs, (said, theirs)
        assert said["method"].encode() == theirs["method"]
        assert (said["length"], bytes.fromhex(said["rest"])) == (theirs["length"], theirs["rest"])
        path, _, query = re.sub(rb"(?i)^http://[^/]*", b"", theirs["target"]).partition(b"?")
        if theirs["target"].isascii() and data == tamed(data):
            assert said["path"].encode() == unquote_to_bytes(path)
            assert bytes.fromhex(said["query"]) == query
            for name, value in said["known"].items():
                assert bytes.fromhex(value) == theirs["headers"][name.encode()]


SOUND = st.sampled_from(["Origin: http://a", "Referer: http://b/", "Connection: close", "Content-Length: 0",
                         "Content-Length: 5", "Transfer-Encoding: chunked", "Authorization: Bearer x",
                         "Expect: 100-continue", "X-Other: a"])  # fmt: skip
LINES = st.lists(st.one_of(SOUND.map(lambda line: line + "\r\n"), LINE), max_size=2).map("".join)
STARTS = st.one_of(st.sampled_from(["GET / HTTP/1.1\r\n", "PUT /gpio/1?a=b HTTP/1.1\r\n", "GET /x?a HTTP/1.0\r\n"]), FIRST)


@settings(QUICK, max_examples=1000)
@given(STARTS, STARTS, LINES, HOST, LINES, BODY)
def test_what_is_remembered_changes_nothing(board, one, other, more, host, lines, body):
    """A request is understood in the same way after one with the same headers, with some more before them, or less."""
    long, short = f"{one}{more}{host}{lines}\r\n", f"{other}{host}{lines}\r\n"
    for before, after in ((long, short), (short, long), (short, one + short.partition("\n")[2])):
        before, after = before.encode("latin-1"), (after + body).encode("latin-1")
        fresh = board("fresh", after)
        board("fresh", before)
        again = board("take", after)
        assert again == fresh or "refused" in again and "refused" in fresh  # with other words, perhaps


@pytest.mark.long
@QUICK
@given(HEADS, st.integers(0, 200))
def test_a_head_in_two_pieces(board, data, at):
    """What is taken from the beginning of some bytes is the same as from all of them, or it waits."""
    whole, part = board("take", data), board("take", data[:at])
    assume("method" in whole)
    if "method" in part:
        rest = bytes.fromhex(part.pop("rest")) + data[at:]
        assert bytes.fromhex(whole.pop("rest")) == rest
        assert part == whole
    else:
        assert "more" in part, (part, json.dumps(whole))
