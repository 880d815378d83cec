"""GET /config/schema: the table of the configuration as JSON, for forms, with a group and a label for each key.

Columns are those of the table in device/lib/picorest/config/schema.py, where kinds are explained, and three more.
"""

import ast
import json
from collections.abc import Collection

SOURCE = "lib/picorest/config/schema.py"
FAMILY = "(ESP32 family)"  # ends the sentence of a key that an ESP8266 does not know, nor those below it
PART = "(ESP8266: a part)"  # of one that an ESP8266 knows with that part only, see parts.py
PAGE = "www/schema.json"
COLUMNS = ["path", "kind", "when", "default", "help", "group", "label", "secret"]
GROUPS = {"dht": "Sensors", "mqtt": "MQTT", "ntp": "Time", "proxy": "Other servers", "thingspeak": "ThingSpeak", "wifi": "Wi-Fi"}
BOARD = "Board"  # the group of what stands alone
# where the last part of a key is no word
LABELS = {
    "ap.ssid": "Name", "auth": "What needs the token", "ca": "File with certificates", "dht": "DHT sensors", "dns": "Name server",
    "every": "Every … seconds", "id": "Number", "invert": "Inverted", "ip": "IP address", "host": "Broker", "lat": "Latitude", "led": "LED",
    "lon": "Longitude", "max_bytes": "Most bytes", "networks.ssid": "Network", "proxy": "Upstreams", "pull": "Pull resistor",
    "safe": "Safe state", "timezone": "Time zone", "tls": "Encrypted", "url": "Address",
}  # fmt: skip


def schema(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The file for the board's www/ by its path; nothing where the tree has no such table."""
    found = constants(sources.get(SOURCE, b"").decode())
    if not found:
        return {}
    lines = [line.split(" ", 4) for line in found["TABLE"].strip().splitlines()]
    groups = {line[0].split(".")[0].removesuffix("[]") for line in lines if "." in line[0]}
    rows = [_row(*line, groups, found["SECRETS"].split()) for line in lines]
    return {PAGE: json.dumps({"columns": COLUMNS, "rows": rows}, ensure_ascii=False, separators=(",", ":")).encode()}


def without_words(sources: dict[str, bytes], esp8266: bool, chosen: Collection[str] = ()) -> dict[str, bytes]:
    """The sources with a table that has no sentences: on a board they are in the file for forms only. On an ESP8266 it has no
    objects and lists either that are for the ESP32 family, or for parts other than those chosen."""
    source = sources.get(SOURCE, b"").decode()
    table = constants(source).get("TABLE", "")
    rows = [line.split(" ", 4) for line in table.split("\n")]
    theirs = [row[:2] for row in rows if esp8266 and row[-1].endswith((FAMILY, PART)) and row[0].split(".")[0] not in chosen]
    family = tuple(key + mark for key, kind in theirs if kind[:4] in ("list", "map:") for mark in ".[")
    family += tuple(key.split(".")[0] + "." for key, _ in theirs if "." in key)
    short = [" ".join(row[:4]) for row in rows if not f"{row[0]}.".startswith(family)]
    lines = "\n" * (len(rows) - len(short))  # what comes behind keeps its place
    return {**sources, SOURCE: source.replace(f'{table}"""', "\n".join(short) + f'"""{lines}').encode()} if table else sources


def constants(source: str) -> dict[str, str]:
    """The texts that a module gives names, by those."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    return {node.targets[0].id: node.value.value for node in nodes}


def _row(path: str, kind: str, when: str, default: str, words: str, groups: set[str], secrets: list[str]) -> list:
    parts = [part.removesuffix("[]") for part in path.split(".")]
    group = GROUPS.get(parts[0], parts[0].capitalize()) if parts[0] in groups else BOARD
    label = LABELS.get(".".join(parts[-2:])) or LABELS.get(parts[-1]) or parts[-1].replace("_", " ").capitalize()
    return [path, kind, when, json.loads(default), words, group, label, parts[-1] in secrets]
