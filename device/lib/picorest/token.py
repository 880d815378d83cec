"""The token that a request carries, as Bearer, or as the password of Basic so that a browser can ask for it."""

from binascii import a2b_base64

from .web import Problem


def check(header, token):
    """401 unless the Authorization header (bytes or None) carries the token."""
    if not token:
        return
    words = (header or b"").split(None, 1)
    given = b""
    if len(words) == 2:
        scheme = words[0].lower()
        if scheme == b"bearer":
            given = words[1]
        elif scheme == b"basic":
            try:
                given = a2b_base64(words[1]).split(b":", 1)[1]
            except (ValueError, IndexError):
                pass
    token = token.encode()
    # as long as the token, whatever was given: the time taken must not tell how much of it was right
    wrong = len(given) ^ len(token)
    for i in range(len(token)):
        wrong |= token[i] ^ (given[i] if i < len(given) else 0)
    if wrong:
        raise Problem(
            401,
            "token-needed",
            headers={"WWW-Authenticate": ['Bearer realm="picorest"', 'Basic realm="picorest", charset="UTF-8"']},
        )
