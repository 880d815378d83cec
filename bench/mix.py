"""What is asked: the same request again and again, or different ones in turn, as different clients send them."""

import itertools
import random

CURL = b"GET /gpio?pin=10&state=1 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
LINE = b"GET /gpio?pin=%d&state=%d HTTP/1.1\r\nHost: HOST\r\n%s\r\n\r\n"
PINS = (4, 5, 10, 12, 13, 14)
HEADERS = {
    "curl": b"User-Agent: curl/7.88.1\r\nAccept: */*",
    "Python's requests": b"User-Agent: python-requests/2.34.2\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"
    b"Connection: keep-alive",
    "Home Assistant": b"User-Agent: HomeAssistant/2026.11.1 aiohttp/3.13.2 Python/3.13\r\nAccept: */*\r\n"
    b"Accept-Encoding: gzip, deflate, br",
    # the browsers ask from within a page
    "Chrome": b"Connection: keep-alive\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    b"Chrome/142.0.0.0 Safari/537.36\r\nAccept: */*\r\nReferer: http://HOST/\r\nAccept-Encoding: gzip, deflate\r\n"
    b"Accept-Language: en-US,en;q=0.9",
    "Firefox": b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\nAccept: */*\r\n"
    b"Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nReferer: http://HOST/\r\n"
    b"Connection: keep-alive\r\nPriority: u=4",
    "Safari": b"Accept: */*\r\nUser-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    b"(KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1\r\nReferer: http://HOST/\r\nAccept-Language: en-GB,en;q=0.9"
    b"\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive",
}


def _different() -> tuple[bytes, ...]:
    """Each client's headers with each pin and state, in an order without order that is the same every time."""
    found = [LINE % (pin, state, head) for pin, state, head in itertools.product(PINS, (0, 1), HEADERS.values())]
    random.Random(1).shuffle(found)
    return tuple(found)


KINDS = {"the same": (CURL,), "different": _different()}


def closing(request: bytes) -> bytes:
    """A request that asks for the end of the connection after its answer."""
    return request.replace(b"\r\nConnection: keep-alive", b"")[:-2] + b"Connection: close\r\n\r\n"
