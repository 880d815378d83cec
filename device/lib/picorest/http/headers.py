"""Headers that the parser of a request leaves alone, because few handlers look at them."""

# by us, that is
LOOKED_AT = (b"user-agent", b"accept", b"accept-encoding", b"accept-language", b"upgrade-insecure-requests", b"content-encoding",
             b"sec-fetch-mode")  # fmt: skip


def header(head, name):
    """The value in bytes of a header, the first of that name; None if there is none. head: request line and headers, and perhaps
    more behind them; name: bytes in small letters."""
    end = head.find(b"\r\n\r\n") + 2
    at = head.find(b"\r\n") + 2
    size = len(name)
    while at < end:
        if head[at + size : at + size + 1] == b":" and head[at : at + size].lower() == name:
            return head[at + size + 1 : head.find(b"\r\n", at)].strip()
        at = head.find(b"\r\n", at) + 2
    return None
