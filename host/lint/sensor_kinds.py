"""The configuration's table of keys: what it says of "sensors" is what the modules of device/lib/picorest/sensors say in KEYS."""

import ast
import re
from pathlib import Path

from host.lint import Finding

FOLDER = "device/lib/picorest/sensors"
TABLE = "device/lib/picorest/config/schema.py"
ROWS = re.compile(r"(?m)(?<=^)sensors\[\]\.type .*\n(?:sensors\[\]\..*\n)*")  # the type, and all keys behind it
ROW = re.compile(r"([a-z_]+) (pin|address|int:\S+|float:\S+|text:\S+|bool|set:[^\s*]+)(\*?) (\S.*)")


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding for the first key that cannot be, or where the table is not theirs; fix: write it."""
    path = root / TABLE
    old = path.read_text("utf-8") if path.is_file() else ""
    place = ROWS.search(old)
    if not place:
        return []
    try:
        rows = table_rows({module.stem: module.read_text("utf-8") for module in sorted((root / FOLDER).glob("*.py"))})
    except SyntaxError:
        return []  # the check of the sources tells where
    except ValueError as error:
        name, words = error.args
        return [Finding(f"{FOLDER}/{name}.py", 1, words)]
    if place[0] == rows:
        return []
    if fix:
        path.write_text(old.replace(place[0], rows), "utf-8")
        return []
    line = old[: place.start()].count("\n") + 1
    return [Finding(TABLE, line, f"this is not what the modules in {FOLDER} say: ./deploy.sh check --fix writes it")]


def keys(source: str) -> str | None:
    """The text KEYS of a module; None if it is of no kind of sensor."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KEYS":
            return ast.literal_eval(node.value)
    return None


def table_rows(sources: dict[str, str]) -> str:
    """The rows of the table. sources: the modules by name. ValueError(name, words) for one that cannot be."""
    kinds = {name: text for name, source in sources.items() if (text := keys(source)) is not None}
    found: dict[str, tuple[str, list[str]]] = {}
    for name, text in kinds.items():
        for line in text.strip("\n").split("\n"):
            row = ROW.fullmatch(line)
            if not row:
                raise ValueError(name, f"{line!r} in KEYS is no key, kind and sentence, such as: pin pin* the pin of the data wire")
            key, kind, _, words = row.groups()
            if found.setdefault(key, (kind, []))[0] != kind:
                raise ValueError(name, f"{key} in KEYS is {found[key][0]} for another type of sensor, and {kind} here: rename one")
            found[key][1].append(f"{name}: {words}")
    rows = [f"sensors[].type set:{','.join(sorted(kinds))}* restart null the sensor"]
    rows += [f"sensors[].{key} {kind} restart null {'; '.join(words)}" for key, (kind, words) in found.items()]
    return "\n".join(rows) + "\n"
