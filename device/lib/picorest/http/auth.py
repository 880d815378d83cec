"""The token that a request carries, as Bearer, or as the password of Basic so that a browser can ask for it.

Guessing takes time: after many wrong tokens the board looks at none for a second, after each further one twice as long as before.
That holds for the address that they came from, for all if they came from several, and never for the one that had the right token
last. So what there is to remember, `lock` of the application, stays small, however many addresses somebody has.
"""

from binascii import a2b_base64

from .. import clock
from ..problem import Problem
from .headers import header

_FREE = const(40)  # wrong tokens without a pause
_LONGEST = const(4)  # the longest pause in seconds, as a power of 2
_FORGOTTEN = const(600)  # seconds without a wrong one after which they count for nothing
# members of `lock`
_COUNT = const(0)  # wrong tokens of late
_UNTIL = const(1)  # uptime until which none is looked at
_FOE = const(2)  # the address that they came from, 0: none, 1: several
_FRIEND = const(3)  # the address that had the right one last, None after a wrong one


def check(req):
    """401 unless the Authorization header carries the board's token; 429 where it is not looked at. That a browser may ask its
    user is only said where the user opens a page: else its window would come between the user and the page that asks."""
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
    lock = _lock(req) if given else None
    wrong = not same(req.app.token.encode(), given)
    if lock:
        _note(lock, req.conn.peer, wrong)
    if wrong:
        ways = ['Bearer realm="picorest"']
        mode = header(req.head, b"sec-fetch-mode")
        if mode == b"navigate" or mode is None and b"text/html" in (header(req.head, b"accept") or b""):
            ways.append('Basic realm="picorest", charset="UTF-8"')
        raise Problem("token-needed", headers={"WWW-Authenticate": ways})


def same(right, given):
    """Whether two bytes are equal, in a time that depends on the right ones alone: it must not tell how much of it was guessed."""
    wrong = len(given) ^ len(right)
    for i in range(len(right)):
        wrong |= right[i] ^ (given[i] if i < len(given) else 0)
    return not wrong


def _lock(req):
    app = req.app
    if not hasattr(app, "lock"):
        app.lock = [0, 0, 0, None]
    lock = app.lock
    left = lock[_UNTIL] - clock.uptime()
    if left > 0 and req.conn.peer != lock[_FRIEND] and lock[_FOE] in (1, req.conn.peer):
        raise Problem("too-many-tokens", retry_after=left)
    return lock


def _note(lock, peer, wrong):
    if not wrong:
        if lock[_FRIEND] != peer:
            lock[_FRIEND] = peer
        return
    now = clock.uptime()
    if now - lock[_UNTIL] > _FORGOTTEN:
        lock[_COUNT] = lock[_FOE] = 0
    count = min(lock[_COUNT] + 1, _FREE + _LONGEST)
    lock[_COUNT] = count
    lock[_UNTIL] = now + (1 << count - _FREE if count >= _FREE else 0)
    lock[_FOE] = peer if lock[_FOE] in (0, peer) else 1
    if lock[_FRIEND] == peer:
        lock[_FRIEND] = None
