"""Headers that the parser of a request leaves alone, because few handlers look at them."""

# by us, that is
LOOKED_AT = (b"user-agent", b"accept", b"accept-encoding", b"accept-language", b"upgrade-insecure-requests", b"content-encoding",
             b"sec-fetch-mode", b"if-none-match", b"last-event-id")  # fmt: skip


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


def wants_page(req, form=b"text/html"):
    """Whether a client would rather have HTML, or another form, than JSON: a browser that opens an address. Others, `*/*` too,
    get JSON."""
    wanted = json = -1
    for kind in (header(req.head, b"accept") or b"").lower().split(b","):
        words = kind.replace(b" ", b"").split(b";")
        weight = 1
        for word in words[1:]:
            if word[:2] == b"q=":
                try:
                    weight = float(word[2:])
                except ValueError:
                    weight = 0
        if words[0] == form:
            wanted = weight
        elif words[0] == b"application/json":
            json = weight
    return wanted > 0 and wanted >= json
