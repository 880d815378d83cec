"""A sheet to print for a set of boards: name, access point, password and address of each, with codes that phones read."""

import html
import json
import re
from pathlib import Path
from typing import NamedTuple

from host import UserError, bootstrap
from host.board.fleet import write_file

_ROWS = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
_SPECIAL = re.compile(r'([\\;,":])')
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>picorest: %d boards</title>
<style>
body { font: 12pt/1.4 system-ui, sans-serif; margin: 1cm; display: grid; grid-template-columns: 1fr 1fr; gap: 5mm }
section { border: 1px dashed #888; padding: 4mm; break-inside: avoid; display: flex; gap: 4mm; align-items: center }
h2 { margin: 0; font-size: 14pt }
p { margin: 0; overflow-wrap: anywhere }
svg { flex: none; width: 28mm; height: 28mm }
b { font-family: ui-monospace, monospace }
</style>
</head>
<body>
%s
<script type="application/json">%s</script>
</body>
</html>
"""


class Row(NamedTuple):
    """A board of the set."""

    number: int
    mac: str  # twelve hexadecimal digits
    name: str
    ssid: str  # of its access point; "" where that is not known
    password: str
    address: str  # URL


class Sheet:
    """The boards of a sheet that has been written, which is read again when the next ones come."""

    def __init__(self, file: Path):
        self.file = file
        self.rows = _read(file)

    def number(self, mac: str) -> int:
        """The number of a board: the one that it has already, or the next."""
        known = next((row.number for row in self.rows if row.mac == mac), None)
        return known or max((row.number for row in self.rows), default=0) + 1

    def put(self, row: Row) -> None:
        """Enter a board, or what is known of it now, and write the sheet."""
        self.rows = sorted([one for one in self.rows if one.mac != row.mac] + [row])
        cards = "\n".join(map(_card, self.rows))
        kept = json.dumps([one._asdict() for one in self.rows]).replace("<", "\\u003c")
        write_file(self.file, (_PAGE % (len(self.rows), cards, kept)).encode(), 0o600)


def network_code(ssid: str, password: str) -> str:
    """What a phone's camera takes for a network to join."""
    safe = [_SPECIAL.sub(r"\\\1", text) for text in (ssid, password)]
    return f"WIFI:T:WPA;S:{safe[0]};P:{safe[1]};;"


def _card(row: Row) -> str:
    show = html.escape
    code = network_code(row.ssid, row.password) if row.ssid and row.password else row.address
    lines = [f"Wi-Fi <b>{show(row.ssid)}</b>"] if row.ssid else []
    lines += [f"password <b>{show(row.password)}</b>"] if row.password else []
    lines += [show(row.address), f"MAC {row.mac}"]
    told = "<br>".join(lines)
    return f"<section>{_picture(code)}<div><h2>{row.number}: {show(row.name)}</h2><p>{told}</p></div></section>"


def _picture(text: str) -> str:
    """A QR code as SVG."""
    bootstrap.ensure("requirements-sheet")
    import segno

    return segno.make(text, micro=False, error="m").svg_inline(omitsize=True)


def _read(file: Path) -> list[Row]:
    try:
        found = _ROWS.search(file.read_text("utf-8"))
        return sorted(Row(**row) for row in json.loads(found[1]))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise UserError(f"{file} is no sheet that ./deploy.sh deploy wrote: name another file with --sheet") from None
