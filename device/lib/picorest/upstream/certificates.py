"""The certificates that https servers are checked against. Not on an ESP8266, which cannot check any."""

import ssl
from binascii import a2b_base64


def checking(path):
    """An SSLContext that takes only what a certificate in this file (PEM or DER) vouches for. Raises ValueError, OSError."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.verify_mode = ssl.CERT_REQUIRED
    count = 0
    for der in _certificates(path):
        made.load_verify_locations(cadata=der)
        count += 1
    if not count:
        raise ValueError
    return made


def _certificates(path):
    with open(path, "rb") as f:
        data = f.read(2)
        if data[:1] == b"\x30":  # DER: a sequence
            yield data + f.read()
            return
        f.seek(0)
        body = None
        for line in f:
            if line.startswith(b"-----BEGIN CERTIFICATE"):
                body = bytearray()
            elif line.startswith(b"-----END") and body is not None:
                yield a2b_base64(body)  # type: ignore  # any buffer will do
                body = None
            elif body is not None:
                body.extend(line.strip())
