"""Whether an update is signed as the configuration wants it, and not before one that the board has taken already."""

from binascii import unhexlify
from hashlib import sha256

from ..http.auth import same
from ..overlay import load_overlay
from ..problem import Problem
from .confirm import kept, replace

_FILE = const("picorest.signed")  # when the newest was signed, in Unix seconds
_BLOCK = const(64)  # bytes that an HMAC fills its key up to
_DIGITS = const(10)  # of a time, at most


async def check(app, asked):
    """Problem unless the update is signed with the key in `update` of the configuration. asked: the parameters of the request:
    sha256, signed (Unix seconds) and signature (hex) of both."""
    when = asked.get("signed", "")
    signature = asked.get("signature", "")
    if not 0 < len(when) <= _DIGITS or when.strip("0123456789") or not signature:
        raise Problem("not-signed")
    message = b"picorest %s %s" % (when.encode(), asked["sha256"].encode())
    name = "key" if app.board.chip == "esp8266" else "public_key"
    key = app.config.get("update", name)
    try:
        given = unhexlify(signature)
        if app.board.chip != "esp8266":
            right = await load_overlay("update.ed25519").verify(unhexlify(key), message, given)
        if app.board.chip == "esp8266":
            right = same(_hmac(key.encode(), message), given)
    except (AttributeError, TypeError, ValueError):  # no such key, or no hexadecimal digits
        right = False
    if not right:
        raise Problem("wrong-signature", key="update." + name)
    if int(when) < newest():
        raise Problem("older-update")


def newest():
    """When the newest update was signed that the board has taken; 0 if it has taken none."""
    try:
        return int(kept(_FILE)[0])
    except (TypeError, IndexError, ValueError):
        return 0


def keep(when):
    """Take none any more that was signed before that."""
    if int(when) > newest():
        replace(_FILE, [when])


def _hmac(key, message):
    key += bytes(_BLOCK - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]) + message).digest()
    return sha256(bytes([byte ^ 0x5C for byte in key]) + inner).digest()
