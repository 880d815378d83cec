"""The token that a request carries, as Bearer, or as the password of Basic so that a browser can ask for it."""

from binascii import a2b_base64

from ..problem import Problem
from .headers import header


def check(req):
    """401 unless the Authorization header carries the board's token. That a browser may ask its user is only said where the user
    opens a page: else its window would come between the user and the page that asks."""
    if not req.app.token:
        return
    words = (req.known.get("authorization") or b"").split(None, 1)
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
    token = req.app.token.encode()
    # as long as the token, whatever was given: the time taken must not tell how much of it was right
    wrong = len(given) ^ len(token)
    for i in range(len(token)):
        wrong |= token[i] ^ (given[i] if i < len(given) else 0)
    if wrong:
        ways = ['Bearer realm="picorest"']
        mode = header(req.head, b"sec-fetch-mode")
        if mode == b"navigate" or mode is None and b"text/html" in (header(req.head, b"accept") or b""):
            ways.append('Basic realm="picorest", charset="UTF-8"')
        raise Problem("token-needed", headers={"WWW-Authenticate": ways})
