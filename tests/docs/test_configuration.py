"""docs/configuration.md, config.example.json and the table in device/lib/picorest/config/schema.py say the same."""

import json
import re

from host import ROOT

SOURCE = (ROOT / "device/lib/picorest/config/schema.py").read_text("utf-8")
ROWS = [row.split(" ", 4) for row in SOURCE.split('TABLE = """\n')[1].split('"""')[0].strip().split("\n")]
KINDS = {
    "text": "text, {0}–{1} bytes",
    "label": "text, {0}–{1} bytes, neither `.` nor `..`",
    "ascii": "text, {0}–{1} plain characters",
    "host": "name",
    "addr4": "IPv4 address",
    "url": "`http://…` or `https://…`",
    "bool": "`true` or `false`",
    "pin": "pin",
    "address": "number or text",
    "int": "whole number, {0}–{1}",
    "float": "number, {0} to {1}",
    "value": "number, or text of {0}–{1} bytes",
    "list": "list, at most {0}",
    "map": "object, at most {0} entries",
}


def documented(key: str, kind: str, when: str, default: str, words: str) -> str:
    """The line of the table in docs/configuration.md."""
    name, *limits = kind.rstrip("*").split(":")
    holds = " ".join(f"`{c}`" for c in limits[0].split(",")) if name == "set" else KINDS[name].format(*limits)
    holds += ", required" * kind.endswith("*")
    shown = "–" if default == "null" else f"`{default}`"
    return f"| `{key}` | {words} | {holds} | {shown} | {'at once' if when == 'now' else 'after a restart'} |"


def test_every_key_is_documented():
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("| `")]
    expected = [documented(*row) for row in ROWS]
    assert table == expected, "docs/configuration.md should have these lines:\n" + "\n".join(expected)


def test_the_example_uses_known_keys_only():
    known = {re.sub(r"\[\]", "", key) for key, *_ in ROWS}
    known |= {key.rsplit(".", n)[0] for key in known for n in range(1, key.count(".") + 1)}

    def walk(value, path):
        for name, inner in value.items():
            key = f"{path}.{name}".lstrip(".")
            if key not in known:
                key = f"{path}.*"
            assert key in known or path.endswith((".fields", ".pins")), f"{path}.{name}"
            for entry in inner if isinstance(inner, list) else [inner]:
                if isinstance(entry, dict):
                    walk(entry, key)

    walk(json.loads((ROOT / "config.example.json").read_text("utf-8")), "")
