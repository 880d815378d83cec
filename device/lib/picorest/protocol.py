"""HTTP from the asking side: addresses taken apart, answers read without trusting them, values found in JSON text.

Answers are searched while they arrive, not kept and parsed: the objects of a parsed answer take several times its size.
What has to wait says `yield`; who runs it decides for how long.
"""

_PIECE = const(64)  # bytes read at a time: what is read is copied, and memory in one piece is rare
_LINE = const(512)  # longest header that is understood
_HEAD = const(8192)  # what may surround a body: headers, chunk sizes
_WINDOW = const(160)  # bytes in which values are looked for; a value with its name has half of that
# headers that matter, and where they stand in this text
_NAMES = const(b" content-length transfer-encoding content-type location date retry-after ")
_LENGTH = const(0)
_ENCODING = const(15)
_TYPE = const(33)
_LOCATION = const(46)
_DATE = const(55)
_RETRY = const(60)


def quote(text, all):
    """Percent-encode text for a URL: whatever has a meaning there, or (all=False) only what must not stand in one."""
    out = None
    for n, c in enumerate(text.encode()):
        clean = 32 < c < 127 and (not all or chr(c).isalpha() or chr(c).isdigit() or c in b"-._~")
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
        c = url[n]
        if not (c.isalpha() or c.isdigit() or c == "-" or c == "." or c == "_" or c == ":"):
            break
        n += 1
    host = url[start:n].lower().split(":")
    port = int(host[1]) if len(host) > 1 else 443 if tls else 80
    if n < len(url) and url[n] not in "/?#" or not host[0] or len(host) > 2 or not 0 < port < 65536:
        raise ValueError
    return tls, host[0], port, n


def local(ip):
    """Whether an IPv4 address belongs to a local network, to the machine itself or to nobody."""
    ip = ip.split(".")
    a, b = int(ip[0]), int(ip[1])
    if a == 172:
        return 16 <= b < 32
    if a == 100:
        return 64 <= b < 128
    return a == 0 or a == 10 or a == 127 or a >= 224 or (a == 192 and b == 168) or (a == 169 and b == 254)


def find(data, name):
    """The member `name` (bytes) of JSON in bytes, as JSON text: a number, a string or a word. None if it is not there,
    or not all of it, or is an object or an array."""
    at = data.find(b'"%s":' % name)
    if at < 0:
        return None
    at += len(name) + 3
    end = len(data)
    while at < end and data[at] == 32:
        at += 1
    n = at + 1
    if n >= end or data[at] == 91 or data[at] == 123:
        return None
    if data[at] == 34:
        while n < end and data[n] != 34:
            n += 2 if data[n] == 92 else 1
        n += 1
    else:
        while n < end and data[n] not in b",}] \r\n":
            n += 1
        end -= 1  # a number may go on
    return data[at:n].decode() if n <= end else None


class Response:
    """What a server, which we call `name`, answers on `sock`; `sent`: whether it may have received the request.

    After read(): status (int), reason, body and found (see there), type (bytes, media type with parameters),
    retry_after (seconds or None), datetime and location (Date and Location, or "")."""

    sock = None
    sent = False

    def __init__(self, name):
        self.name = name

    def readline(self):
        while True:
            data = self.buffer
            n = data.find(b"\n")
            if n >= 0:
                self.buffer = data[n + 1 :]
                return data[:n].strip()
            # a header that matters, or the end of one that does not
            n = data.find(b":")
            if len(data) > (_LINE if n > 0 and self.name_of(data[:n]) >= 0 else _PIECE):
                self.buffer = b"!"
            if not (yield from self.feed()):
                raise ValueError

    def name_of(self, data):
        return _NAMES.find(b" %s " % data.lower())

    def feed(self):
        while True:
            data = self.sock.read(_PIECE)
            if data is not None:
                break
            yield
        # `remaining`: bytes that the whole answer may still have; one-byte chunks cost six each
        self.remaining -= len(data)
        if self.remaining < 0:
            raise ValueError
        self.buffer += data
        return len(data)

    def read(self, method, size, want):
        """Read head and body. ValueError: not HTTP, or cut short; OverflowError: a body of more than `size` bytes.

        want: None, or words in bytes, with blanks between: text with which the interesting part of a good answer begins,
        then the names of what is wanted of it. `body` is a bytearray of all, with `want` of the first bytes only. `found`
        is the list of the values as find() has them; without names, of the pieces of what begins with that text."""
        self.remaining = _HEAD + 6 * size
        self.buffer = b""
        self.datetime = self.location = ""
        self.type = b""
        self.retry_after = None
        self.status = 0
        while self.status < 200:
            length, chunked = -1, False
            data = yield from self.readline()
            self.status = int(data[9:12])
            self.reason = data[13:].decode()
            if data[:7] != b"HTTP/1." or not 100 <= self.status < 600:
                raise ValueError
            while True:
                data = yield from self.readline()
                if not data:
                    break
                n = data.find(b":")
                at = self.name_of(data[:n])
                data = data[n + 1 :].strip()
                if at == _LENGTH:
                    length = int(data)
                    if length < 0:
                        raise ValueError
                elif at == _ENCODING:
                    chunked = data[-7:].lower() == b"chunked"
                elif at == _TYPE:
                    self.type = data.lower()
                elif at == _LOCATION:
                    self.location = data.decode()
                elif at == _DATE:
                    self.datetime = data.decode()
                elif at == _RETRY and data.isdigit():
                    self.retry_after = min(int(data[:6]), 86400)
        self.body = body = bytearray()
        self.found = [None] * (len(want.split(b" ")) - 1) if want else None
        self.window = b""
        self.passed = False
        while method != "HEAD" and self.status != 204 and self.status != 304:
            if chunked:
                length = int((yield from self.readline()).split(b";")[0], 16)
                if length < 0:
                    raise ValueError
            n = length if length >= 0 else len(self.buffer)
            size -= n
            if size < 0:
                raise OverflowError
            while n:
                if not self.buffer and not (yield from self.feed()):
                    raise ValueError
                data = self.buffer[:n]
                self.buffer = self.buffer[n:]
                n -= len(data)
                if not want or len(body) < _WINDOW:
                    body.extend(data)
                if want and self.status < 300:
                    self.look(data, want.split(b" "))
            if not length or length > 0 and not chunked:
                break
            if chunked:
                if (yield from self.readline()):
                    raise ValueError
            elif not (yield from self.feed()):
                break

    def look(self, data, want):
        data = self.window + data
        if not self.passed:
            at = data.find(want[0])
            if at >= 0:
                data = data[at:]
                self.passed = True
        if self.passed:
            for n in range(1, len(want)):
                self.found[n - 1] = self.found[n - 1] or find(data, want[n])
            if len(want) == 1:
                self.found.append(data)
                data = b""
        self.window = data[-_WINDOW // 2 :]
