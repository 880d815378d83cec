"""What a client is told that cannot be served: answers that take no memory."""

_BUSY = const(
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n"
    b"Connection: close\r\nContent-Length: 120\r\n\r\n"
    b'{"type":"busy","title":"Busy","status":503,"detail":"Too many requests at once: try again in a second.","retry_after":1}'
)
_SHORT = const(
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n"
    b"Connection: close\r\nContent-Length: 154\r\n\r\n"
    b'{"type":"out-of-memory","title":"Out of memory","status":503,"detail":"The board is short of memory: ask again in a '
    b'second, or for less.","retry_after":1}'
)
_LATE = const(
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\nConnection: close\r\n\r\n"
    b'{"type":"timeout","title":"Timeout","status":408,"detail":"The request did not arrive in time: send it at once."}'
)


def turn_away(sock, why):
    """Tell a client, once: one that does not read gets nothing. why: 0 too many requests, 1 too little memory, 2 too late."""
    try:
        sock.write(_LATE if why == 2 else _SHORT if why else _BUSY)
    except OSError:
        pass
