"""A configuration with {mac} and {number} in its texts, filled in for each board, and the sheet of what became of them."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from host import UserError
from host.board.cable import Link
from host.board.fleet import Member, fill
from host.board.sheet import Row, Sheet

_EXAMPLE = Member(1, "", "")
_OPENED = re.compile(r"Wi-Fi: access point (.+), (?:password (\S+)|the configured password): join it")
_MAC = "__import__('network').WLAN(0).config('mac')"


def differs(text: str) -> bool:
    """Whether a configuration is another one for each board."""
    return "{number}" in text or "{mac}" in text


def filled_in(config: bytes, number: int | None, mac: str | None) -> bytes:
    """A configuration for the board of this number and MAC address; UserError where it wants one that is not told."""
    text = config.decode()
    for token, value in (("{number}", number), ("{mac}", mac)):
        if token in text and value is None:
            words = f"an image is for one board then, tell --{token[1:-1]}; or let ./deploy.sh deploy fill it in for each board"
            raise UserError(f"the configuration has {token} in it: {words}")
    if mac is not None and not re.fullmatch("[0-9a-f]{12}", mac):
        raise UserError(f"--mac is twelve hexadecimal digits in small letters, such as 0123456789ab: {mac!r} is not")
    return _filled(json.loads(text), Member(number or 0, "", ""), mac or "") if differs(text) else config


def _filled(template, member: Member, mac: str) -> bytes:
    return json.dumps(fill(template, member, mac), ensure_ascii=False, indent=1).encode() + b"\n"


class Place(NamedTuple):
    """One board of the set; without template and sheet number and MAC address are not known."""

    config: bytes | None
    number: int = 0
    mac: str = ""


class ClassSet:
    """config: the bytes of a configuration, maybe a template; None: none. first: the number of the first board, if it is told."""

    def __init__(self, config: bytes | None, first: int | None, sheet: Path | None):
        self.template = None if config is None else json.loads(config)
        self.plain = config
        self.next = first
        self.sheet = Sheet(sheet) if sheet else None
        text = json.dumps(self.template)
        self.numbered = "{number}" in text
        self.different = differs(text)
        if self.numbered and first is None and not sheet:
            raise UserError("the configuration has {number} in it: tell the first one with --number N, or keep a --sheet FILE")
        if "{name}" in text:
            raise UserError("{name} in a configuration is for ./deploy.sh fleet config; deploy fills in {mac} and {number}")

    def example(self) -> bytes | None:
        """The configuration of some board."""
        return self._filled(_EXAMPLE, "0123456789ab")

    def board(self, link: Link) -> Place:
        """What this board gets. Asks it, at its prompt, if anything differs between boards."""
        if not self.different and not self.sheet:
            return Place(self.plain)
        with link.step("its MAC address was read"):
            mac = bytes(link.value(_MAC)).hex()
        if self.next is not None:
            number, self.next = self.next, self.next + 1
        else:
            number = self.sheet.number(mac) if self.sheet else 0
        return Place(self._filled(Member(number, "", ""), mac), number, mac)

    def enter(self, place: Place, said: str) -> None:
        """Put a board that has started onto the sheet. said: its line about Wi-Fi."""
        if not self.sheet:
            return
        config = json.loads(place.config) if place.config else {}
        own = config.get("wifi", {}).get("ap", {})
        ssid, password = own.get("ssid", ""), own.get("password", "")
        if opened := _OPENED.search(said):
            ssid, password = opened[1], opened[2] or password
        address = re.search(r"http://\S+", said)
        self.sheet.put(Row(place.number, place.mac, config.get("hostname") or ssid or "picorest", ssid, password, address[0]))

    def _filled(self, member: Member, mac: str) -> bytes | None:
        if not self.different:
            return self.plain
        return _filled(self.template, member, mac)
