"""What "wifi.static" was before it changed, kept in a file of its own until the new address has proved itself. Imported for that
moment, then dropped."""

import json
import os

from ..memory import SMALL
from ..overlay import drop


def _path(config):
    return config.path.rsplit(".", 1)[0] + ".address.json"


def _nvs():
    if SMALL:
        return None
    from ..nvs import find

    found = find()
    drop("nvs")
    return found


def kept(config):
    """(whether an address is on trial, "wifi.static" from before)."""
    nvs = _nvs()
    if nvs:
        kept = nvs.get("address")
        return kept is not None, json.loads(kept or "null")
    try:
        with open(_path(config)) as f:
            return True, json.load(f)
    except OSError:
        return False, None
    except ValueError:  # the power went while it was written: the configuration had not changed yet
        return True, config.get("wifi", "static")


def forget(config):
    """The address of now is the one that holds."""
    nvs = _nvs()
    if nvs:
        nvs.remove("address")
        return
    try:
        os.remove(_path(config))
    except OSError:
        pass


def keep(config, static):
    """Keep what has held so far, unless that was never proven itself. OSError if the flash is full."""
    if not kept(config)[0]:
        nvs = _nvs()
        if nvs:
            nvs.put("address", json.dumps(static))
        else:
            with open(_path(config), "w") as f:
                json.dump(static, f)
