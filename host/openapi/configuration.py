"""The configuration as JSON Schema, as it is shown and as a change of it: made of the table in config/schema.py of the device."""

import json

from host.build import forms, parts
from host.openapi.words import among, array, between, either, maybe

_PIN = either({"type": "string", "minLength": 1, "maxLength": 8}, between(0, 48, "integer"))
_KINDS = {
    "bool": {"type": "boolean"},
    "host": {"type": "string", "pattern": "^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$"},
    "addr4": {"type": "string", "format": "ipv4"},
    "url": {"type": "string", "pattern": "^https?://", "maxLength": 256},
    "origin": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*://[^/@ ]+$", "maxLength": 128},
    "pin": _PIN,
    "address": either({"type": "string", "pattern": "^[0-9A-Za-z_-]{1,16}$"}, between(0, 127, "integer")),
}


def configuration(sources: dict[str, bytes], esp8266: bool) -> dict[str, dict]:
    """The schemas Config, ConfigChange and AlarmChange; on an ESP8266 without the parts that it refuses."""
    found = forms.constants(sources.get(forms.SOURCE, b"").decode())
    if not found:
        return {}
    lines = [line.split(" ", 4) for line in found["TABLE"].strip().splitlines()]
    theirs = [line for line in lines if esp8266 and line[4].endswith(forms.FAMILY)]
    refused = [_part(path) for path, kind, *_ in theirs if "." in path or kind.startswith("list")]  # a text is kept
    refused += parts.missing(sources)
    lines = [line for line in lines if _part(line[0]) not in refused]
    secrets = found["SECRETS"].split()
    words = "A JSON merge patch (RFC 7396): null takes a setting away, true keeps a secret. Other keys are kept and warned of."
    return {
        "Config": {**_object(lines, "", secrets, False), "description": "The settings that were made; secrets are shown as true."},
        "ConfigChange": {**_object(lines, "", secrets, True), "description": words},
        "AlarmChange": {**_object(lines, "alarms[].", secrets, True), "description": "Settings of an alarm: null takes one away."},
    }


def _part(path: str) -> str:
    return path.split(".")[0].removesuffix("[]")


def _object(lines: list[list[str]], above: str, secrets: list[str], change: bool) -> dict:
    """The object whose members' paths begin with `above`, such as "wifi.static."."""
    members = {}
    names = dict.fromkeys(line[0][len(above) :].split(".")[0].removesuffix("[]") for line in lines if line[0].startswith(above))
    for name in names:
        path = above + name
        line = next((line for line in lines if line[0] == path), None)
        made = _value(lines, path, line, secrets, change)
        members[name] = maybe(made) if change else made
    return {"type": "object", "properties": members}


def _value(lines: list[list[str]], path: str, line: list[str] | None, secrets: list[str], change: bool) -> dict:
    if line is None:
        return _object(lines, path + ".", secrets, change)
    secret = path.rpartition(".")[2] in secrets
    kept = {"type": "boolean", "const": True}
    if secret and not change:
        return {**kept, "description": line[4]}
    made = _kind(lines, path, line[1].removesuffix("*"), secrets, change)
    default = json.loads(line[3])
    more = {} if default is None or change else {"default": default}
    return {**(either(made, kept) if secret else made), "description": line[4], **more}


def _kind(lines: list[list[str]], path: str, kind: str, secrets: list[str], change: bool) -> dict:
    name, *rest = kind.split(":", 2)
    if name not in ("list", "map"):
        return _plain(kind)
    if rest[1:]:
        item = _kind(lines, path, rest[1], secrets, change)
    else:
        item = _object(lines, path + ("[]." if name == "list" else ".*."), secrets, change)
    if name == "list":
        return array(item, maxItems=int(rest[0]))
    return {"type": "object", "maxProperties": int(rest[0]), "additionalProperties": maybe(item) if change else item}


def _plain(kind: str) -> dict:
    """The schema of a value of a kind such as int:1:20. The lengths of texts are bytes: characters are never more."""
    name, *rest = kind.split(":")
    if name in ("int", "float"):
        return between(int(rest[0]), int(rest[1]), "integer" if name == "int" else "number")
    if name == "set":
        return among(*rest[0].split(","))
    if name in ("text", "label", "ascii"):
        more = {"pattern": "^[ -~]*$"} if name == "ascii" else {}
        return {"type": "string", "minLength": int(rest[0]), "maxLength": int(rest[1]), **more}
    if name == "value":
        return either({"type": "number"}, {"type": "string", "minLength": int(rest[0]), "maxLength": int(rest[1])})
    return dict(_KINDS[name])
