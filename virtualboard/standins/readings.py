"""What a ThingSpeak read gets: the channel's header, and entries by `results`, `days`, `minutes`, `start`, `end`."""

from .channels import EXTRAS, instant, iso

DEFAULT_RESULTS = 100
MAX_RESULTS = 8000


def select(entries: list[dict], query: dict, now: float) -> list[dict]:
    """The wanted ones of `entries` (sorted by time), newest last; ValueError for a time that cannot be read."""
    first = last = None
    if query.get("start"):
        first = instant(query["start"])
    elif query.get("minutes"):
        first = now - 60 * _number(query["minutes"])
    elif query.get("days"):
        first = now - 86400 * _number(query["days"])
    if query.get("end"):
        last = instant(query["end"])
    chosen = [
        entry
        for entry in entries
        if (first is None or entry["created_at"] >= first) and (last is None or entry["created_at"] <= last)
    ]
    ranged = first is not None or last is not None
    results = _number(query.get("results") or (MAX_RESULTS if ranged else DEFAULT_RESULTS))
    results = min(max(results, 0), MAX_RESULTS)
    return chosen[len(chosen) - min(results, len(chosen)) :]


def _number(text) -> int:
    """As Ruby's `to_i`: what does not begin with a number counts as 0."""
    digits = ""
    for char in str(text).strip():
        if not char.isdigit():
            break
        digits += char
    return int(digits or 0)


def wanted_extras(members):
    extras = EXTRAS[:3] if str(members.get("location")).lower() == "true" else ()
    return extras + (("status",) if str(members.get("status")).lower() == "true" else ())


def header(channel, fields):
    """The channel's own object that every feed begins with."""
    labels = {name: label for name, label in channel.labels.items() if not fields or name in fields}
    return {
        "id": channel.id,
        "name": channel.name,
        "description": channel.description,
        "latitude": "0.0",
        "longitude": "0.0",
        **labels,
        "created_at": iso(channel.created),
        "updated_at": iso(channel.updated),
        "last_entry_id": channel.last_entry_id,
    }
