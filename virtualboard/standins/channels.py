"""ThingSpeak's memory: channels with their entries, keys and the 15 s window. No HTTP here."""

from collections import Counter
from datetime import datetime, timezone

WINDOW_SECONDS = 15
MAX_BULK = 960
FIELDS = tuple(f"field{n}" for n in range(1, 9))
EXTRAS = ("latitude", "longitude", "elevation", "status")
_ALIASES = {"lat": "latitude", "long": "longitude"} | {str(n): f"field{n}" for n in range(1, 9)}
LAST_INSTANT = 1 << 33
REFUSALS = (400, 402, 409, 413, 422)  # of an entry, for good


class Refused(Exception):
    """A write that is not taken; the argument says why."""


def iso(unix: float) -> str:
    return datetime.fromtimestamp(int(unix), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text) -> int:
    """Unix seconds from ISO 8601, `YYYY-MM-DD HH:MM:SS` (UTC) or an epoch number; ValueError for anything else."""
    text = str(text).strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return _sane(int(float(text)))
    for ending in (" UTC", " GMT"):
        text = text.removesuffix(ending)
    when = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
    return _sane(int((when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp()))


def _sane(unix: int) -> int:
    if not 0 <= unix < LAST_INSTANT:
        raise ValueError(f"{unix} is not a time of our days")
    return unix


def _seconds(text) -> int:
    text = str(text)
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        raise ValueError(f"delta_t must be seconds, not {text}")
    return int(float(text))


def as_text(value) -> str | None:
    """Values are kept as the strings that the service hands out; JSON `true` and `1.50` keep their spelling."""
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)[:255]


class Channel:
    """One channel. `settings`: name, description, write_key, read_key, public, fields ({"1": label}), window (s); refuses
    ({"value": …, "status": 409}): an entry with this value in a field is never taken."""

    def __init__(self, ident: int, now):
        self.id = ident
        self.now = now
        self.name = f"Channel {ident}"
        self.description = ""
        self.write_key = self.read_key = None
        self.public = self.refuses = None
        self.window = WINDOW_SECONDS
        self.labels = {name: f"Field Label {name[5:]}" for name in FIELDS}
        self.created = self.updated = int(now())
        self.clear()

    def clear(self):
        self.entries = []
        self.times = set()
        self.last_entry_id = 0
        self.last_write = None
        self.counts = Counter()
        self.last_key_in = None

    def configure(self, settings: dict):
        for name in ("name", "description", "write_key", "read_key", "public", "window", "refuses"):
            if name in settings:
                setattr(self, name, settings[name])
        if "fields" in settings:
            self.labels = {f"field{number}": label for number, label in settings["fields"].items()}
        if settings.get("clear"):
            self.clear()
        for members in settings.get("add", ()):
            self.write(dict(members), window=False)

    def readable_with(self, key: str | None) -> bool:
        public = self.read_key is None if self.public is None else self.public
        return bool(public or key and key in (self.read_key, self.write_key))

    def refusal(self, members: dict) -> int | None:
        """The status with which an entry is refused for good, or None."""
        if self.refuses and as_text(self.refuses["value"]) in self.values_of(members).values():
            self.counts["refused"] += 1
            return self.refuses["status"]
        return None

    def waiting(self) -> bool:
        """Whether the window since the last write is still open (a world clock set back does not lock it)."""
        return self.last_write is not None and 0 <= self.now() - self.last_write < self.window

    def check_window(self):
        if self.waiting():
            self.counts["rate_limited"] += 1
            left = self.window - (self.now() - self.last_write)
            raise Refused(f"rate limit: {left:.1f} s of {self.window} s left on channel {self.id}")

    def write(self, members: dict, *, window=True) -> dict:
        """Store one entry and return it. Raises Refused within the window, without data, or for a time twice."""
        if window:
            self.check_window()
        values = self.values_of(members)
        if not values:
            self.counts["empty"] += 1
            raise Refused("nothing to write: neither a field nor a status")
        try:
            created = instant(members["created_at"])
        except (KeyError, ValueError):
            created = int(self.now())
        if window and "created_at" in members and created in self.times:
            self.counts["duplicates"] += 1
            raise Refused(f"an entry of {iso(created)} exists already")
        if window:
            self.last_write = self.now()
        return self._append(created, values)

    def write_bulk(self, updates: list[dict]):
        """Store many at once. Entries whose time the channel already has are dropped and counted as duplicates.

        `delta_t` counts from the entry before, and the last one is now. Raises ValueError for a broken list.
        """
        self.check_window()
        moments, after = [], 0
        for update in reversed(updates):
            if "created_at" in update:
                moments.append(instant(update["created_at"]))
            elif "delta_t" in update:
                moments.append(_sane(int(self.now()) - after))
                after += _seconds(update["delta_t"])
            else:
                raise ValueError("every update needs created_at or delta_t")
        self.last_write = self.now()
        self.counts["bulk_writes"] += 1
        for update, created in zip(updates, reversed(moments), strict=True):
            if created in self.times:
                self.counts["duplicates"] += 1
            else:
                self._append(created, self.values_of(update))

    @staticmethod
    def values_of(members: dict) -> dict:
        """The data among the members of a request, as text; empty when there is none."""
        values = {_ALIASES.get(name, name): as_text(value) for name, value in members.items()}
        return {name: values[name] for name in FIELDS + EXTRAS if values.get(name) is not None}

    def _append(self, created, values):
        self.last_entry_id += 1
        self.counts["entries"] += 1
        entry = {"created_at": created, "entry_id": self.last_entry_id} | values
        self.entries.append(entry)
        self.times.add(created)
        self.updated = int(self.now())
        return entry

    def in_order(self) -> list[dict]:
        return sorted(self.entries, key=lambda entry: (entry["created_at"], entry["entry_id"]))

    def shown(self, entry: dict, fields=None, extras=()) -> dict:
        """An entry as the service prints it, strings and nulls: the channel's own fields unless others are named."""
        names = self.labels if fields is None else fields
        data = {"created_at": iso(entry["created_at"]), "entry_id": entry["entry_id"]}
        return data | {name: entry.get(name) for name in (*names, *extras)}

    def state(self) -> dict:
        """What a test wants to know: keys, entries in the order of their times, counts, where the last key was."""
        entries = [{**entry, "created_at": iso(entry["created_at"])} for entry in self.in_order()]
        return {
            "name": self.name,
            "write_key": self.write_key,
            "read_key": self.read_key,
            "last_entry_id": self.last_entry_id,
            "last_write": self.last_write,
            "last_key_in": self.last_key_in,
            "counts": dict(self.counts),
            "entries": entries,
        }
