"""Keys that updates are signed with: a file of one secret, and what boards are to know of it."""

import hashlib
import hmac
import os
import re
import secrets
import time
from pathlib import Path

from host import UserError
from host.board import ed25519


class Key:
    """A secret of 32 bytes. Boards of the ESP32 family know the public key that belongs to it; an ESP8266 has a key of its own,
    which is made of it, and from which it cannot be had."""

    def __init__(self, seed: bytes):
        self.seed = seed

    def settings(self) -> dict[str, str]:
        """What the configuration has in `update`: `key` for an ESP8266, `public_key` for the ESP32 family."""
        return {"key": self._shared(), "public_key": ed25519.public_key(self.seed).hex()}

    def parameters(self, kind: str, data: bytes) -> dict[str, str]:
        """What PUT /update wants beside sha256, to take this data. kind: a key of settings()."""
        now = str(int(time.time()))
        message = f"picorest {now} {hashlib.sha256(data).hexdigest()}".encode()
        if kind == "key":
            mark = hmac.new(self._shared().encode(), message, hashlib.sha256).hexdigest()
        else:
            mark = ed25519.sign(self.seed, message).hex()
        return {"signed": now, "signature": mark}

    def _shared(self) -> str:
        return hashlib.sha256(b"picorest update key " + self.seed).hexdigest()


def load(path: Path) -> Key:
    """The key in a file; UserError if there is none."""
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UserError(f"{path} cannot be read ({words}): ./deploy.sh build --new-key {path} makes a key") from None
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise UserError(f"{path} is no key for updates, of 64 hexadecimal digits: ./deploy.sh build --new-key FILE makes one")
    return Key(bytes.fromhex(text))


def new_key(path: Path) -> Key:
    """A new key in a new file that only its owner may read."""
    seed = secrets.token_bytes(32)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(seed.hex() + "\n")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    return Key(seed)
