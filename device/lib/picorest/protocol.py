"""HTTP from the asking side: addresses taken apart, answers read without trusting them, values found in JSON text.

Answers are searched, not parsed: the objects of a parsed answer would take several times its size.
"""

from .net import readable

_PIECE = const(128)  # bytes read at a time: what is read is copied, and memory in one piece is rare
_LINE = const(512)  # longest header that is understood; longer ones are skipped
_HEAD = const(8192)  # what may surround a body: headers, chunk sizes
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
    """(whether it is https, host, port, path with query) of an absolute http or https URL; ValueError if it is none."""
    tls = url.startswith("https://")
    if not tls and not url.startswith("http://"):
        raise ValueError
    path = url[7 + tls :]
    n = 0
    for c in path:
        if not (c.isalpha() or c.isdigit() or c == "-" or c == "." or c == "_" or c == ":"):
            break
        n += 1
    host = path[:n].lower().split(":")
    path = path[n:].split("#", 1)[0]
    port = int(host[1]) if len(host) > 1 else 443 if tls else 80
    if path[:1] != "/":
        if path and path[0] != "?":
            raise ValueError
        path = "/" + path
    if not host[0] or len(host) > 2 or not 0 < port < 65536:
        raise ValueError
    return tls, host[0], port, quote(path, False)


def local(ip):
    """Whether an IPv4 address belongs to a local network, to the machine itself or to nobody."""
    ip = ip.split(".")
    a, b = int(ip[0]), int(ip[1])
    if a == 172:
        return 16 <= b < 32
    if a == 100:
        return 64 <= b < 128
    return a == 0 or a == 10 or a == 127 or a >= 224 or (a == 192 and b == 168) or (a == 169 and b == 254)


def find(data, name, at):
    """The member `name` (bytes) of JSON behind position `at`, as JSON text: a number, a string or a word.

    ValueError or IndexError if it is not there, or is an object or an array."""
    at = data.find(b'"%s":' % name, at)
    if at < 0:
        raise ValueError
    at += len(name) + 3
    while data[at] == 32:
        at += 1
    end = at + 1
    if data[at] == 34:
        while data[end] != 34:
            end += 2 if data[end] == 92 else 1
        end += 1
    elif data[at] == 91 or data[at] == 123:
        raise ValueError
    else:
        while data[end] not in b",}] \r\n":
            end += 1
    return data[at:end].decode()


class Response:
    """What a server answers on `sock`. After read(): status (int), reason, body (bytes), type (bytes, media type with
    parameters), retry_after (seconds or None), datetime and location (Date and Location, or "")."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    async def readline(self):
        while True:
            n = self.buffer.find(b"\n")
            if n >= 0:
                data = self.buffer[:n]
                self.buffer = self.buffer[n + 1 :]
                return data.strip()
            if len(self.buffer) > _LINE:
                self.buffer = b"!"  # no header that matters here
            if not await self.feed():
                raise ValueError

    async def feed(self):
        while True:
            data = self.sock.read(_PIECE)
            if data is not None:
                break
            await readable(self.sock)
        # `remaining`: bytes that the whole answer may still have; one-byte chunks cost six each
        self.remaining -= len(data)
        if self.remaining < 0:
            raise ValueError
        self.buffer += data
        return len(data)

    async def read(self, method, size, mark):
        """Read head and body. mark: bytes with which the interesting part of the body begins (what is before is not kept),
        or None. ValueError: not HTTP, or cut short; OverflowError: a body of more than `size` bytes."""
        self.remaining = _HEAD + 6 * size
        self.datetime = self.location = ""
        self.type = self.body = b""
        self.retry_after = None
        self.status = 0
        while self.status < 200:
            length, chunked = -1, False
            data = await self.readline()
            self.status = int(data[9:12])
            self.reason = data[13:].decode()
            if data[:7] != b"HTTP/1." or not 100 <= self.status < 600:
                raise ValueError
            while True:
                data = await self.readline()
                if not data:
                    break
                n = data.find(b":")
                at = _NAMES.find(b" %s " % data[:n].lower())
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
        if method == "HEAD" or self.status == 204 or self.status == 304:
            return
        if self.status >= 300:
            mark = None  # what went wrong is told elsewhere
        self.body = bytearray()
        while True:
            if chunked:
                length = int((await self.readline()).split(b";")[0], 16)
                if length < 0:
                    raise ValueError
            n = length if length >= 0 else len(self.buffer)
            size -= n
            if size < 0:
                raise OverflowError
            while n:
                if not self.buffer and not await self.feed():
                    raise ValueError
                data = self.buffer[:n]
                self.buffer = self.buffer[n:]
                self.body.extend(data)
                n -= len(data)
                if mark:
                    at = self.body.find(mark)
                    if at >= 0:
                        self.body = self.body[at:]
                        mark = None
                    else:
                        self.body = self.body[-len(mark) :]
            if not length or length > 0 and not chunked:
                return
            if chunked:
                if await self.readline():
                    raise ValueError
            elif not await self.feed():
                return
