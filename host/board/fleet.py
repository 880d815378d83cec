"""The list of boards that `./deploy.sh fleet` keeps, and what Prometheus wants to know of it."""

import json
import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from host import ROOT, UserError

FILE = ROOT / "fleet.json"
NAME = re.compile(r"[^\s/{}\"\\\x00-\x1f]{1,63}")
TOKENS = ("{mac}", "{number}", "{name}")
MOST = 10_000


class Member(NamedTuple):
    """A board of the fleet."""

    number: int  # from 1; stays when others are removed
    name: str
    address: str  # HOST or HOST:PORT
    token: str = ""

    @property
    def target(self) -> str:
        """HOST:PORT."""
        return self.address if urlsplit(f"//{self.address}").port else f"{self.address}:80"


class Fleet:
    """The boards of a file, in its order; `members` is what is there now."""

    def __init__(self, file: Path):
        self.file = file
        self.members = _read(file)

    def add(self, address: str, name: str | None, token: str) -> Member:
        """A new board, or a known name with another address or token. Raises UserError."""
        address = tidy(address)
        name = name or urlsplit(f"//{address}").hostname.removesuffix(".local")
        before = next((one for one in self.members if name.lower() == one.name.lower()), None)
        number = before.number if before else max((one.number for one in self.members), default=0) + 1
        member = Member(number, name, address, token or (before.token if before else ""))
        self.members = _checked([one for one in self.members if one is not before] + [member], self.file)
        self.members.sort()
        return member

    def remove(self, words: list[str]) -> list[Member]:
        gone = self.choose(words)
        self.members = [one for one in self.members if one not in gone]
        return gone

    def replace(self, member: Member) -> None:
        self.members = [member if one.number == member.number else one for one in self.members]

    def choose(self, words: list[str]) -> list[Member]:
        """The boards of these names or addresses, in the order of the list; all if none is named. Raises UserError."""
        wanted = {word.lower() for word in words}
        known = {key for one in self.members for key in _keys(one)}
        if unknown := sorted(wanted - known):
            raise UserError(f"{', '.join(unknown)}: not in {self.file}, which has {', '.join(self.names()) or 'no boards'}")
        if not self.members:
            raise UserError(f"{self.file} has no boards yet: ./deploy.sh fleet add ADDRESS")
        return [one for one in self.members if not wanted or wanted & _keys(one)]

    def names(self) -> list[str]:
        return [one.name for one in self.members]

    def targets(self) -> bytes:
        """The boards as Prometheus finds them, in a file or over HTTP: https://prometheus.io/docs/prometheus/latest/http_sd/."""
        found = [{"targets": [one.target], "labels": {"instance": one.name}} for one in self.members]
        return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"

    def save(self) -> Path:
        """Write the list, and beside it the file for Prometheus, without tokens. Returns the latter."""
        rows = [{key: value for key, value in one._asdict().items() if value} for one in self.members]
        write_file(self.file, json.dumps({"boards": rows}, indent=1, ensure_ascii=False).encode() + b"\n", 0o600)
        beside = self.file.with_suffix(".targets.json")
        write_file(beside, self.targets(), 0o644)
        return beside


def tidy(address: str) -> str:
    """HOST or HOST:PORT of an address as people write it. Raises UserError."""
    found = None
    try:
        found = urlsplit(address if "://" in address else f"http://{address}")
        port = found.port
    except ValueError:
        found = None
    if not found or found.scheme != "http" or not found.hostname or found.path.strip("/") or found.query or "@" in found.netloc:
        raise UserError(f"{address!r} is not the address of a board: that looks like 192.168.1.77, shed.local or 192.168.1.77:8080")
    host = f"[{found.hostname}]" if ":" in found.hostname else found.hostname
    return f"{host}:{port}" if port not in (None, 80) else host


def fill(template, member: Member, mac: str):
    """A configuration with {mac}, {number} and {name} in its texts replaced by those of a board."""
    if isinstance(template, dict):
        return {key: fill(value, member, mac) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, member, mac) for value in template]
    if isinstance(template, str):
        for token, value in zip(TOKENS, (mac, str(member.number), member.name), strict=True):
            template = template.replace(token, value)
    return template


def _keys(member: Member) -> set[str]:
    return {member.name.lower(), member.address.lower()}


def _read(file: Path) -> list[Member]:
    try:
        rows = json.loads(file.read_text("utf-8"))["boards"]
        members = [
            Member(row.get("number", n), row["name"], tidy(row["address"]), row.get("token", "")) for n, row in enumerate(rows, 1)
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        example = '{"boards": [{"number": 1, "name": "shed", "address": "192.168.1.77", "token": "…"}]}'
        raise UserError(f"{file} is not a list of boards ({type(error).__name__}: {error}); it looks like {example}") from None
    return sorted(_checked(members, file))


def _checked(members: list[Member], file: Path) -> list[Member]:
    for one in members:
        texts = all(isinstance(text, str) for text in one[1:])
        if not texts or type(one.number) is not int or not 0 < one.number <= MOST or not NAME.fullmatch(one.name):
            raise UserError(f"{file}: {one.name!r}: a name has up to 63 characters without spaces, a number is 1 to {MOST}")
    for what in ("number", "name", "address"):
        seen = [str(getattr(one, what)).lower() for one in members]
        twice = next((value for value in seen if seen.count(value) > 1), None)
        if twice:
            raise UserError(f"{file}: two boards have the {what} {twice}")
    return members


def write_file(file: Path, data: bytes, mode: int) -> None:
    """Replace a file in one step."""
    new = file.with_name(f".{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(data)
        new.replace(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None
