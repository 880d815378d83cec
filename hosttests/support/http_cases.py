"""Odd requests with a defined answer. docs/http.md lists every one of them by its name."""

from typing import NamedTuple


class Case(NamedTuple):
    """data: the request; HOST and PIN in it stand for the board's Host and a pin that may be driven. type: of the
    problem, "" for none. keep: whether the connection stays open."""

    name: str
    data: bytes
    status: int
    type: str = ""
    keep: bool = False


def _get(target: str = "/health", *lines: str, method: str = "GET", version: str = "HTTP/1.1") -> bytes:
    return "\r\n".join([f"{method} {target} {version}", "Host: HOST", *lines, "", ""]).encode()


def _put(*lines: str, body: bytes = b'{"state":1}', length: bool = True) -> bytes:
    return _get("/gpio/PIN", *lines, *([f"Content-Length: {len(body)}"] * length), method="PUT") + body


CHUNKED = "Transfer-Encoding: chunked"

CASES = [
    # request line
    Case("an ordinary request", _get(), 200, keep=True),
    Case("HTTP/1.0, with or without Host", b"GET /health HTTP/1.0\r\n\r\n", 200),
    Case("HTTP/0.9 (no version)", b"GET /health\r\n\r\n", 400, "bad-request"),
    Case("any other version, HTTP/2 with prior knowledge too", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http-version"),
    Case("an absolute target (`GET http://board/health`): its host is ignored", _get("http://HOST/health"), 200, keep=True),
    Case("an absolute target with another scheme", _get("ftp://HOST/health"), 400, "bad-request"),
    Case("an absolute target without a path", _get("http://HOST"), 400, "bad-request"),
    Case("an authority as target (`CONNECT`)", _get("board:80", method="CONNECT"), 400, "bad-request"),
    Case("`OPTIONS *`", _get("*", method="OPTIONS"), 204, keep=True),
    Case("empty lines before a request: skipped", b"\r\n\r\n" + _get(), 200, keep=True),
    Case("two blanks, or one in the target", _get("/he alth"), 400, "bad-request"),
    Case("a NUL in the request line or a header", _get("/health", "A: b\0c"), 400, "bad-request"),
    Case("a CR within the request line", _get("/hea\rlth"), 400, "bad-request"),
    Case("a tab or another control character in the target: part of the name", _get("/hea\tlth"), 404, "not-found", True),
    Case("a method of more than 16 letters, or with other characters", _get(method="A" * 17), 400, "bad-request"),
    Case("a method in lower case: methods are case-sensitive", _get(method="get"), 405, "method-not-allowed", True),
    Case("a method that no one knows", _get(method="BREW"), 405, "method-not-allowed", True),
    Case("TRACE", _get(method="TRACE"), 405, "method-not-allowed", True),
    Case("a request line of more than 1024 bytes", b"GET /" + b"a" * 1100, 414, "address-too-long"),
    Case("bytes that are no HTTP, TLS for example", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400, "bad-request"),
    # paths and queries
    Case("percent-escapes in the path: decoded", _get("/%68ealt%68"), 200, keep=True),
    Case("a path of three hundred percent-escapes", _get("/" + "%2F" * 300), 404, "not-found", keep=True),
    Case("an escaped slash: part of a name", _get("/gpio%2fPIN"), 404, "not-found", True),
    Case("a slash at the end: ignored", _get("/health/"), 200, keep=True),
    Case("two slashes at the end", _get("/health//"), 404, "not-found", True),
    Case("a broken escape in the path (`%zz`, `%4`)", _get("/health%zz"), 400, "bad-request"),
    Case("an escaped NUL or other control character", _get("/health%00"), 400, "bad-request"),
    Case("an escape that is no UTF-8 (`%ff`) in the path", _get("/%ff"), 400, "bad-request"),
    Case("bytes that are no UTF-8 in the path", b"GET /\xff HTTP/1.1\r\nHost: HOST\r\n\r\n", 400, "bad-request"),
    Case("UTF-8 that is longer than it needs to be, or of half a character", _get("/%c0%af"), 400, "bad-request"),
    Case("UTF-8 in the path as it is", _get("/gpio/é"), 404, "unknown-pin", True),
    Case("`..`, `//` and `#`: part of the name, which does not exist", _get("/../health"), 404, "not-found", True),
    Case("a broken escape, or no UTF-8, in the query", _get("/gpio?pin=%ff"), 400, "bad-query", True),
    Case("a parameter given twice", _get("/gpio?pin=PIN&pin=PIN"), 400, "repeated-parameter", True),
    # headers
    Case("no Host in HTTP/1.1", b"GET /health HTTP/1.1\r\n\r\n", 400, "bad-header"),
    Case("a header that matters given twice (Host, Content-Length …)", _get("/health", "Host: x"), 400, "bad-header"),
    Case("lines that end in a bare LF", _get().replace(b"\r\n", b"\n"), 400, "bad-request"),
    Case("one line among others that ends in a bare LF", _get("/health", "A: b\nC: d"), 400, "bad-header"),
    Case("a folded header line", _get("/health", "A: b", " c"), 400, "bad-header"),
    Case("a blank before the colon", _get("/health", "A : b"), 400, "bad-header"),
    Case("a header line without a name or without a colon", _get("/health", "nothing"), 400, "bad-header"),
    Case("a CR within a header: part of its value", _get("/health", "A: b\rHost: c"), 200, keep=True),
    Case("an empty header", _get("/health", "A:", "Referer:"), 200, keep=True),
    Case("bytes that are no UTF-8 in a header", _get("/health", "Accept: HOST\xff"), 200, keep=True),
    Case("headers that nobody needs, up to 16 KB: skipped", _get("/health", "A: " + "b" * 15000), 200, keep=True),
    Case("more than 40 lines of headers: those that nobody needs are skipped", _get("/health", *["A: b"] * 240), 200, keep=True),
    Case("headers of more than 16 KB", _get("/health", "A: " + "b" * 19000), 431, "headers-too-large"),
    Case("headers that the board looks at of more than 1.5 KB", _get("/health", "Origin: " + "b" * 1600), 431, "headers-too-large"),
    Case("headers without an end of more than 16 KB", _get("/health", *["A: b"] * 4000)[:-4], 431, "headers-too-large"),
    Case("an upgrade to HTTP/2 or anything else: ignored", _get("/health", "Upgrade: h2c"), 200, keep=True),
    # bodies
    Case("a body with its length", _put(), 200, keep=True),
    Case("a body without Content-Type", _put("X: y"), 200, keep=True),
    Case("a body declared as something else than JSON", _put("Content-Type: text/plain"), 200, keep=True),
    Case("a form, for pins", _put("Content-Type: application/x-www-form-urlencoded", body=b"state=1&for=2"), 200, keep=True),
    Case("a body that is coded (Content-Encoding other than identity)", _put("content-encoding: gzip"), 415, "content-encoding"),
    Case("a byte order mark before JSON: skipped", _put(body=b'\xef\xbb\xbf{"state":1}'), 200, keep=True),
    Case("a member given twice in JSON", _put(body=b'{"state":1,"st\\u0061te":0}'), 400, "repeated-member", True),
    Case("a number in JSON that a board cannot hold, such as 1e999", _put(body=b'{"pwm":1e999}'), 400, "bad-json", True),
    Case("a number as it likes to be written (`1.0`, `1e0`)", _put(body=b'{"state":10e-1}'), 200, keep=True),
    Case("a body that is not JSON, not UTF-8, or missing", _put(body=b'"\xff"'), 400, "bad-json", True),
    Case("half a character in JSON (`\\ud83d` alone)", _put(body=b'{"state":"\\ud83d"}'), 400, "bad-json", True),
    Case("JSON nested more than 16 deep", _put(body=b"[" * 20 + b"]" * 20), 400, "bad-json", True),
    Case("a body with GET: read and ignored", _get("/health", "Content-Length: 5") + b"hello", 200, keep=True),
    Case("a negative length", _put("Content-Length: -5", length=False), 400, "bad-length"),
    Case("a length with a sign, an empty one, a list", _put("Content-Length: 11, 11", length=False), 400, "bad-length"),
    Case("a length of more than 9 digits", _put("Content-Length: 4294967307", length=False), 400, "bad-length"),
    Case("Content-Length twice, equal or not", _put("Content-Length: 11"), 400, "bad-header"),
    Case("Content-Length with Transfer-Encoding", _put(CHUNKED), 400, "bad-length"),
    Case("a body of more than 4 KB", _put("Content-Length: 5000", length=False), 413, "too-large"),
    Case("a chunked body", _put(CHUNKED, body=b'5\r\n{"sta\r\n6;x=y\r\nte":1}\r\n0\r\nA: b\r\n\r\n', length=False), 200, keep=True),
    Case("a chunked body of more than 4 KB", _put(CHUNKED, body=b"1388\r\n", length=False), 413, "too-large"),
    Case("an update in chunks, of more than 4 KB", _get("/update", CHUNKED, method="PUT") + b"1388\r\n", 413, "too-large"),
    Case("a chunk whose size is no hexadecimal number", _put(CHUNKED, body=b"-1\r\n", length=False), 400, "bad-chunk"),
    Case("a chunk that is longer than its size", _put(CHUNKED, body=b"1\r\n{}\r\n0\r\n\r\n", length=False), 400, "bad-chunk"),
    Case("a chunk size that ends in a bare LF", _put(CHUNKED, body=b"b\n{}", length=False), 400, "bad-chunk"),
    Case("a chunked body in HTTP/1.0", _put(CHUNKED, body=b'b\r\n{"state":1}\r\n0\r\n\r\n', length=False)
         .replace(b"HTTP/1.1", b"HTTP/1.0"), 200),
    Case("another Transfer-Encoding", _put("Transfer-Encoding: gzip, chunked", length=False), 501, "transfer-encoding"),
    Case("an Expect other than 100-continue", _put("Expect: magic"), 417, "expectation"),
    # methods
    Case("HEAD: the headers of GET", _get(method="HEAD"), 200, keep=True),
    Case("HEAD of what would change something", _get("/gpio?pin=PIN&state=1", method="HEAD"), 400, "head-has-no-effect", True),
    Case("OPTIONS of a path: 204 with `Allow`", _get("/gpio", method="OPTIONS"), 204, keep=True),
    Case("OPTIONS of a path that is not there", _get("/nothing", method="OPTIONS"), 404, "not-found", True),
    Case("a method that does not work here, with `Allow`", _get("/gpio", method="DELETE"), 405, "method-not-allowed", True),
    Case("a path that is not there", _get("/nothing"), 404, "not-found", True),
]  # fmt: skip

# what a single request cannot show: (name, answer, connection), each with a test of its own
MORE = [
    ("several requests in one packet: answered in turn", "200", "open"),
    ("a body that is longer than its length: the rest is read as the next request", "400 `bad-request`", "closed"),
    ("a body that is shorter than its length: waited for", "408 `timeout`", "closed"),
    ("a client that closes in the middle: nothing is done", "none", "closed"),
    ("`Expect: 100-continue`, and the body not sent yet", "100, then 200", "open"),
    ("all places taken by requests at work, or memory short", "503 `busy`", "closed"),
    ("too many requests, while others ask too", "429 `too-many-requests`", "closed"),
]
