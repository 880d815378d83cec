"""Applying a change to the configuration. Imported for that moment, then dropped."""

import json

from .schema import SECRETS

_DEPTH = const(5)


def pack(value):
    """A top-level value as Config.data keeps it."""
    return json.dumps(value, separators=(",", ":")).encode() if isinstance(value, (dict, list)) else value


def merge(old, change):
    """Config.data after an RFC 7396 merge patch; `old` stays; lists at the top of
    `change` become bytes. Bytes are JSON as Config.data has it. ValueError(key, words)."""
    if not isinstance(change, dict):
        raise ValueError("", "Send a JSON object with the keys to change")
    new = dict(old)
    for name, value in change.items():
        if value is None:
            new.pop(name, None)
            continue
        if isinstance(value, bytes):
            new[name] = value
            continue
        kept = old.get(name)
        if isinstance(kept, bytes):
            kept = json.loads(kept)
        secret = _secret(kept, value, name, name)
        if secret is None:
            value = _merge(kept, value, _DEPTH)
            _keep(kept, value, name)
        new[name] = pack(value if secret is None else secret)  # as text at once: as objects it takes five times the memory
        if isinstance(value, list):
            change[name] = new[name]  # so does what was sent, and a list is stored as it came
    return new


def _merge(old, change, depth):
    if not isinstance(change, dict):
        return change
    if not depth:  # no setting lies that deep, and the stack of an ESP8266 ends soon
        raise ValueError("", "The configuration is nested too deeply")
    new = dict(old) if isinstance(old, dict) else {}
    for name, value in change.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = _merge(new.get(name), value, depth - 1)
    return new


def _keep(old, new, path):
    """Put the stored secrets where the patch says true; networks are recognised by their ssid."""
    if isinstance(new, list):
        for i in range(len(new)):
            if isinstance(new[i], dict) and "ssid" in new[i]:
                twin = [o for o in old if o["ssid"] == new[i]["ssid"]] if isinstance(old, list) else ()
                _keep(twin[0] if twin else None, new[i], "%s[%d]" % (path, i))
    elif isinstance(new, dict) and new is not old:
        for name, value in new.items():
            kept = old.get(name) if isinstance(old, dict) else None
            secret = _secret(kept, value, name, path + "." + name)
            if secret is None:
                _keep(kept, value, path + "." + name)
            else:
                new[name] = secret


def _secret(old, new, name, path):
    """The stored secret if it is to stay, else None."""
    if new is not True or " " + name + " " not in SECRETS:
        return None
    if old is None:
        raise ValueError(path, "%s is true, but nothing is stored there to keep" % path)
    return old
