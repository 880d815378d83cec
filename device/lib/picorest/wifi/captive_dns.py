"""As much of DNS as it takes to say of every name that it is here."""

_LONGEST_LABEL = const(63)


def reply(query, ip):
    """The answer to a query: our address for type A, an empty one for other types; None if there is nothing to say."""
    size = len(query)
    if size < 17 or query[2] & 0xF8 or query[4:6] != b"\0\1":
        return None
    end = 12
    while end < size and query[end]:
        if query[end] > _LONGEST_LABEL:  # a pointer has no place in a question
            return None
        end += 1 + query[end]
    end += 5
    if end > size:
        return None
    found = query[end - 4 : end] in (b"\0\1\0\1", b"\0\xff\0\1")
    head = query[:2] + bytes((0x84 | query[2] & 1, 0x80, 0, 1, 0, found, 0, 0, 0, 0))
    if not found:
        return head + query[12:end]
    # the name again, as a pointer; type A, class IN, for 5 seconds
    return head + query[12:end] + b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4" + bytes([int(part) for part in ip.split(".")])
