"""https for the client: never without a checked certificate. On an ESP8266 not without proxy or thingspeak or weather."""

import ssl

from .. import clock
from ..problem import Problem

_SOON = const(5)  # seconds


def context(app, name):
    """An SSLContext that checks certificates against the file in the configuration key `ca`; else Problem 501."""
    path = app.config.get("ca")
    if app.board.chip == "esp8266" or not hasattr(ssl, "CERT_REQUIRED"):
        raise _refused(name, "this chip cannot check certificates; use http:// or an ESP32")
    if not path:
        raise _refused(name, "put the certificate of its authority into a file and name that in `ca`, or use http://")
    if not clock.synced:
        why = "%s wants https, and until the clock is set no certificate is valid: see GET /time, and ask again then." % name
        raise Problem("clock-not-set", why, upstream=name, retry_after=_SOON)
    from .certificates import checking

    try:
        return checking(path)
    except (OSError, ValueError):
        why = "%s, named in `ca`, holds no certificate that can be read (PEM or DER)" % path
        raise _refused(name, why) from None


def _refused(name, why):
    return Problem("no-https", upstream=name, why=why)
