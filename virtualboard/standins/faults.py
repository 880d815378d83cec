"""The ways an upstream can misbehave. Each is one state of a stand-in; `ok` is the absence of all of them.

Only `ok`, `slow`, `chunked`, `pretty` and `redirect` reach the service behind: a request that meets another fault changes
nothing there, as if a broken gateway stood in front of it.
"""

import json
import time

from .web import Answer, Request, Wire

STATES = (
    "ok", "slow", "hang", "refuse", "error500", "garbage", "huge", "chunked", "pretty", "redirect", "bad-key",
    "rate-limited",
)  # fmt: skip
HUGE_BYTES = 256 * 1024
MOVED = "/moved-once", "/moved-twice"
_HTML = "text/html"
_ERROR500 = b"<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n<center><h1>500 Internal "
_ERROR500 += b"Server Error</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
_GARBAGE = b'{"main":{"temp":\xff\xfe\x00NaN,,"feeds":[{"entry_id":"\x80\n<!DOCTYPE html><p>We will be back soon'


def decide(state: str, service, request: Request) -> Answer:
    """What `request` gets in this state; status 0 means no answer at all."""
    if state == "hang":
        return Answer(0, reason="never answered")
    if state == "refuse":
        return Answer(0, reason="connection reset")
    if state == "error500":
        return Answer(500, _ERROR500, _HTML, reason="internal server error")
    if state == "garbage":
        return Answer(200, _GARBAGE, reason="an answer that is not JSON")
    if state == "huge":
        return Answer(200, reason="a huge answer")
    if state in ("bad-key", "rate-limited"):
        return service.refusal(state, unmoved(request))
    answer = _redirect(state, request) or service.answer(unmoved(request))
    if state == "pretty" and answer.type.startswith("application/json"):
        answer.body = _with_white_space(answer.body)
    return answer


def deliver(state: str, answer: Answer, request: Request, wire: Wire, slow: float) -> bool:
    """Bring `answer` to the client in the manner of `state`; False when the connection is over."""
    if state == "hang":
        wire.wait_for_goodbye()
    elif state == "refuse":
        wire.reset()
    elif state == "huge":
        _endlessly(answer, request, wire)
    elif state == "slow":
        _slowly(answer, request, wire, slow)
    elif state == "chunked" and request.version != "HTTP/1.0" and request.method != "HEAD":
        _in_crumbs(answer, request, wire)
    else:
        wire.send(answer, request)
    return state not in ("hang", "refuse", "huge")


def unmoved(request: Request) -> Request:
    """The request with the marks of a followed redirect taken off its target."""
    for mark in MOVED:
        if request.target.startswith(mark + "/"):
            return Request(request.method, request.target[len(mark) :], request.version, request.headers, request.body)
    return request


def leave_out(answer: Answer, gaps: dict[str, str]):
    """Take members out of a JSON answer, or make them null, by their names, wherever they stand."""
    if not gaps or not answer.body or not answer.type.startswith("application/json"):
        return

    def rest(value):
        if isinstance(value, list):
            return [rest(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {name: None if name in gaps else rest(one) for name, one in value.items() if gaps.get(name) != "missing"}

    answer.body = json.dumps(rest(json.loads(answer.body)), ensure_ascii=False, separators=(",", ":")).encode()


def _with_white_space(text: bytes) -> bytes:
    """The same JSON with white space of each kind wherever it may stand."""
    spread = json.dumps(json.loads(text), ensure_ascii=False, indent=" \t", separators=(" ,", " : "))
    return ("\r\n" + spread.replace("\n", "\r\n") + "\r\n").encode()


def _redirect(state, request):
    """Two hops, an absolute one and a relative one; the third request is answered."""
    if state != "redirect" or request.target.startswith(MOVED[1]):
        return None
    keeps_method = request.method not in ("GET", "HEAD")
    if request.target.startswith(MOVED[0]):
        status, target = (307 if keeps_method else 302), MOVED[1] + request.target[len(MOVED[0]) :]
    else:
        host = request.headers.get("host", "localhost")
        status, target = (308 if keeps_method else 301), f"http://{host}{MOVED[0]}{request.target}"
    return Answer(status, b"<html><body>Moved.</body></html>", _HTML, (("Location", target),), reason="redirected")


def _slowly(answer, request, wire, seconds):
    """Half of the time nothing, then the answer in pieces."""
    time.sleep(seconds / 2)
    packet = wire.head(answer, request, f"Content-Length: {len(answer.body)}")
    packet += b"" if request.method == "HEAD" else answer.body
    size = max(1, len(packet) // 8)
    for start in range(0, len(packet), size):
        wire.sock.sendall(packet[start : start + size])
        time.sleep(seconds / 16)


def _in_crumbs(answer, request, wire):
    """Legal chunked transfer at its most awkward: odd sizes, leading zeros, extensions, a trailer, split packets."""
    packet, start, size = wire.head(answer, request, "Transfer-Encoding: chunked", "Trailer: X-Checksum"), 0, 1
    while start < len(answer.body):
        piece = answer.body[start : start + size]
        packet += (b"%04X;part=yes\r\n" if size % 2 else b"%x\r\n") % len(piece) + piece + b"\r\n"
        start, size = start + size, size % 61 + 7
    packet += b"0\r\nX-Checksum: none\r\n\r\n"
    for start in range(0, len(packet), 97):
        wire.sock.sendall(packet[start : start + 97])


def _endlessly(answer, request, wire):
    """Valid JSON of a quarter of a megabyte with no length given: only counting helps."""
    close = Request(request.method, request.target, headers={"connection": "close"})
    wire.sock.sendall(wire.head(answer, close) + (b"" if request.method == "HEAD" else b'{"padding":"'))
    if request.method != "HEAD":
        for _ in range(HUGE_BYTES // 4096):
            wire.sock.sendall(b"x" * 4096)
        wire.sock.sendall(b'"}')
