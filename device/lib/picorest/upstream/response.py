"""HTTP from the asking side: addresses taken apart, answers read without trusting them, values found in JSON text.

Answers are searched while they arrive, not kept and parsed: the objects of a parsed answer take several times its size.
On an ESP8266 not without boards or proxy or thingspeak or weather.
"""

from ..jsontext.characters import BACKSLASH, OPEN_ARRAY, OPEN_OBJECT, QUOTE

_LONG = const(64)  # longest header that is looked at to know whether it matters
_LINE = const(512)  # longest header that is understood
_HEAD = const(8192)  # what may surround a body: headers, chunk sizes
_WINDOW = const(80)  # longest value with its name
_START = const(112)  # bytes of an answer that are kept to tell what went wrong
# headers that matter, and where they stand in this text
_NAMES = const(b" content-length transfer-encoding content-type location date retry-after ")
_LENGTH = const(0)
_ENCODING = const(15)
_TYPE = const(33)
_LOCATION = const(46)
_DATE = const(55)
_RETRY = const(60)

# what comes next
_STATUS = const(0)
_HEADER = const(1)
_SIZE = const(2)  # of a chunk
_BODY = const(3)
_END = const(4)  # of a chunk


def quote(text, all):
    """Percent-encode text for a URL: whatever has a meaning there, or (all=False) only what must not stand in one."""
    out = None
    for n, c in enumerate(text.encode()):
        clean = 32 < c < 127 and (not all or 97 <= c | 32 < 123 or 48 <= c < 58 or c in b"-._~")
        if out is None and not clean:
            out = bytearray(text.encode()[:n])
        if not clean:
            out.extend(b"%%%02X" % c)
        elif out is not None:
            out.append(c)
    return text if out is None else out.decode()


def split(url):
    """(whether it is https, host, port, where the path begins) of an absolute http or https URL; ValueError if it is none."""
    tls = url.startswith("https://")
    if not tls and not url.startswith("http://"):
        raise ValueError
    start = n = 7 + tls
    while n < len(url):
        c = url[n : n + 1]
        if not (c.isalpha() or c.isdigit() or c == "-" or c == "." or c == "_" or c == ":"):
            break
        n += 1
    host = url[start:n].lower().split(":")
    port = int(host[1]) if len(host) > 1 else 443 if tls else 80
    if url[n : n + 1] not in "/?#" or not host[0] or len(host) > 2 or not 0 < port < 65536:
        raise ValueError
    return tls, host[0], port, n


def find(data, name):
    """The member `name` (bytes) of JSON without white space in bytes, as JSON text: a number, a string or a word. None if
    it is not there, or not all of it, or is an object or an array."""
    at = data.find(b'"%s":' % name)
    if at < 0:
        return None
    at += len(name) + 3
    end = len(data)
    n = at + 1
    if n >= end or data[at] == OPEN_ARRAY or data[at] == OPEN_OBJECT:
        return None
    if data[at] == QUOTE:
        while n < end and data[n] != QUOTE:
            n += 2 if data[n] == BACKSLASH else 1
        n += 1
    else:
        while n < end and data[n] not in b",}]":
            n += 1
        end -= 1  # a number may go on
    return data[at:n].decode() if n <= end else None


class Response:
    """What a server answers: at most `size` bytes after the head. sock: where; sent: whether it may have received the
    request.

    want: None, or words in bytes, with blanks between: text with which the interesting part of a good answer begins, then
    the names of what is wanted of it; the answer is JSON then, and its white space is dropped as it arrives. Then there are:
    status (int), reason, type (bytes, media type with parameters), retry_after (seconds or None), datetime and location
    (Date and Location, or ""); body, a bytearray of all, with `want` of the first bytes only; found, the list of the values
    as find() has them, without names of the pieces of what begins with that text."""

    sock = retry_after = None
    # a class or an object with more than 17 names needs a larger piece of memory
    sent = chunked = False
    inside = 0  # of a string of the JSON: 34; after a backslash there: 92
    status = state = _STATUS
    length = -1  # bytes of the body or chunk that are still to come; -1: until the end of the stream
    buffer = window = type = b""
    datetime = location = ""

    def __init__(self, size, want):
        self.size = size
        self.remaining = _HEAD + 6 * size  # bytes that the whole answer may still have; one-byte chunks cost six each
        self.want = want  # without the text once that was seen
        self.found = [None] * (len(want.split(b" ")) - 1) if want else None
        self.body = bytearray()

    def take(self, data):  # long: the states of an answer that comes in pieces
        """What arrived; b"" is the end of the stream. True when the answer is complete. ValueError: not HTTP, or cut short;
        OverflowError: too large. After a MemoryError it goes on: with the same once more if `remaining` is the same, else with
        None."""
        if data is not None:
            if not data and (self.state != _BODY or self.length >= 0):
                raise ValueError
            if not data:
                return True
            self.buffer = self.buffer + data
            self.remaining -= len(data)
            if self.remaining < 0:
                raise ValueError
        data = self.buffer
        while data:
            self.buffer = data
            state = self.state
            if state == _BODY:
                n = len(data) if self.length < 0 else min(len(data), self.length)
                piece = data[:n]
                data = data[n:]
                inside = self.inside
                try:
                    if self.want is not None:
                        piece = _pack(self, piece)
                        if self.status < 300:
                            _look(self, piece)
                    if self.want is None or len(self.body) < _START:
                        self.body.extend(piece)
                except MemoryError:
                    self.inside = inside
                    raise
                if self.want is not None or self.length < 0:
                    _count(self, len(piece))
                if self.length >= 0:
                    self.length -= n
                    if not self.length:
                        if not self.chunked:
                            return True
                        self.state = _END
                continue
            n = data.find(b"\n")
            if n < 0:
                n = data.find(b":")
                # a header that matters, or the end of one that does not
                if len(data) > (_LINE if n > 0 and _NAMES.find(b" %s " % data[:n].lower()) >= 0 else _LONG):
                    data = b"!"
                break
            line = data[:n].strip()
            data = data[n + 1 :]
            if state == _STATUS:
                self.status = int(line[9:12])
                self.reason = line[13:].decode()
                if line[:7] != b"HTTP/1." or not 100 <= self.status < 600:
                    raise ValueError
                self.state = _HEADER
            elif state == _HEADER:
                if line:
                    _header(self, line)
                elif self.status < 200:
                    self.state = _STATUS
                elif self.status == 204 or self.status == 304:
                    return True
                elif self.chunked:
                    self.state = _SIZE
                elif _expect(self, self.length):
                    return True
            elif state == _SIZE:
                if _expect(self, int(line.split(b";")[0], 16)):
                    return True
            elif line:
                raise ValueError
            else:
                self.state = _SIZE
        self.buffer = data
        return False


def _header(res, line):
    n = line.find(b":")
    at = _NAMES.find(b" %s " % line[:n].lower())
    line = line[n + 1 :].strip()
    if at == _LENGTH:
        res.length = int(line)
        if res.length < 0:
            raise ValueError
    elif at == _ENCODING:
        res.chunked = line[-7:].lower() == b"chunked"
    elif at == _TYPE:
        res.type = line.lower()
    elif at == _LOCATION:
        res.location = line.decode()
    elif at == _DATE:
        res.datetime = line.decode()
    elif at == _RETRY and line.isdigit():
        res.retry_after = min(int(line[:6]), 86400)


def _expect(res, n):
    # a body or chunk of n bytes; True if it is empty
    if res.chunked and n < 0:
        raise ValueError
    res.length = n
    if res.want is None:
        _count(res, max(n, 0))
    res.state = _BODY
    return n == 0


def _count(res, n):
    res.size -= n
    if res.size < 0:
        raise OverflowError


def _pack(res, data):
    # JSON without the white space between its tokens
    out = bytearray()
    inside = res.inside
    for c in data:
        if inside == BACKSLASH:
            inside = QUOTE
        elif c == QUOTE:
            inside ^= QUOTE
        elif inside:
            inside = BACKSLASH if c == BACKSLASH else QUOTE
        elif c in b" \t\r\n":
            continue
        out.append(c)
    res.inside = inside
    return out


def _look(res, data):
    want = res.want.split(b" ")
    found = res.found
    data = res.window + data
    at = data.find(want[0])
    left = res.want
    if at >= 0:
        data = data[at:]
        left = left[len(want[0]) :]
        for n in range(1, len(want)):
            found[n - 1] = found[n - 1] or find(data, want[n])
        if len(want) == 1:
            if found and len(found[-1]) < _WINDOW:
                data = found[-1] + data
                found.pop()
            found.append(data)
            data = b""
    window = data[-_WINDOW:]
    res.want, res.window = left, window
