"""What a board promises about its outputs, its configuration and its alarms, as a model: there is no board in here.

Times are Unix seconds of the virtual world, levels those on the wire."""

from collections.abc import Iterable


class Output:
    """One pin that somebody may drive: what drives it, its timer, and the levels that its wire must have had since the last look.

    setting: ("out", 0 or 1), ("pwm", duty), or None as long as nobody has set it up. entry: its part of the configuration that
    the board started with."""

    def __init__(self, idle: int):
        self.idle = idle
        self.entry, self.setting, self.back, self.expires = {}, None, None, None
        self.moves: list[tuple[float, int]] = []  # (not before, level)
        self.loose = False  # a change between PWM and a level may show anything in between
        self.level = idle

    def wire(self) -> int:
        """The level on the wire."""
        if self.setting is None:
            return self.idle
        kind, value = self.setting
        return int(self.duty() >= 0.5) if kind == "pwm" else value ^ bool(self.entry.get("invert"))

    def duty(self) -> float:
        """The part of the time that the wire is high; 0 where there is no PWM."""
        kind, value = self.setting
        return 0 if kind == "out" else 1 - value if self.entry.get("invert") else value

    def become(self, setting: tuple | None, since: float) -> None:
        """Another setting, not before `since`."""
        self.loose |= "pwm" in (self.setting or ())[:1] + (setting or ())[:1]
        self.setting = setting
        if self.wire() != self.level:
            self.level = self.wire()
            self.moves.append((since, self.level))

    def write(self, what, seconds: float | None, since: float) -> None:
        """A request's change: 0, 1, "toggle" or a duty, and for how long."""
        if what == "toggle":
            what = 1 - (self.wire() ^ bool(self.entry.get("invert")) if self.setting is None else int(self.setting[1] > 0))
        before = self.setting if self.expires is None else self.back
        if before is None:  # a pin that nobody had set up goes back to being an output of that level
            before = ("out", self.idle ^ bool(self.entry.get("invert")))
        self.become(("pwm" if isinstance(what, float) else "out", what), since)
        self.back, self.expires = (before, since + seconds) if seconds else (None, None)

    def fall_back(self) -> None:
        """The timer ends."""
        safe, since = self.entry.get("safe"), self.expires
        setting, self.back, self.expires = self.back, None, None
        self.become(setting if safe is None else ("out", safe), since)

    def start(self, entry: dict, since: float) -> None:
        """The board starts: the wire falls to what the chip makes of it, then to what the configuration says, in one step."""
        self.back = self.expires = None
        self.become(None, since)
        self.loose = False  # nothing but these two
        self.entry = entry
        if entry.get("mode") == "out" or entry.get("safe") is not None:
            self.become(("out", entry.get("safe") or 0), since)

    def seen(self, changes: list[tuple[float, int]]) -> bool:
        """Whether the wire has done what it must, and nothing else; changes: (when, level) since the last look."""
        if self.loose:
            return not changes and not self.moves or bool(changes) and changes[-1][1] == self.level
        return len(changes) == len(self.moves) and all(
            level == due and at > since - 0.02 for (at, level), (since, due) in zip(changes, self.moves, strict=True)
        )

    def settled(self) -> None:
        """All of this has been seen."""
        self.moves.clear()
        self.loose = False


def end_timers(outputs: Iterable[Output], now: float) -> None:
    """Those outputs fall back whose timers have ended by now, in the order of their ends."""
    for output in sorted(outputs, key=lambda output: output.expires or 0):
        if output.expires and output.expires <= now:
            output.fall_back()


class Schedule:
    """An alarm that turns its output round every so many seconds, exactly once each.

    every: None while there is none. upto: what is due until then is in `due`. What falls into a restart, or into the time before
    the clock is set, may be skipped; it is done once at most, all the same."""

    def __init__(self):
        self.every = None
        self.due: list[tuple[float, bool]] = []  # (when, whether it must be done)
        self.upto = 0.0

    def change(self, every: int | None, before: float, after: float) -> None:
        """Another interval, from a moment between these two."""
        self.pass_to(before, True)
        self.pass_to(after, False)
        self.every, self.upto = every, before
        self.pass_to(after, False)

    def pass_to(self, now: float, must: bool) -> None:
        """Time goes on."""
        if self.every:
            first = self.upto // self.every + 1
            self.due += [(n * self.every, must) for n in range(int(first), int(now // self.every) + 1)]
        self.upto = now

    def next(self, after: float) -> float | None:
        return (after // self.every + 1) * self.every if self.every else None

    def done(self, at: float) -> bool:
        """It was done then: whether one was due, which is done with that."""
        ready = [one for one in self.due if one[0] < at + 2]  # the board's clock may be a second off
        if ready:
            self.due.remove(next((one for one in ready if one[1]), ready[-1]))
        return bool(ready)

    def owes(self) -> list[float]:
        """What must have been done by now, and was not."""
        return [when for when, must in self.due if must]


def changes(world: dict, since: float) -> dict[str, list[tuple[float, int]]]:
    """What the wires have done after `since`, by GPIO number as text: (when, level), from GET /world."""
    booted = world["time"]["booted"]
    found = {gpio: [(booted + ms / 1000, level) for ms, level in told] for gpio, told in world["history"].items()}
    found = {gpio: [one for one in told if one[0] > since + 0.0011] for gpio, told in found.items()}  # both are rounded
    return {gpio: told for gpio, told in found.items() if told}


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    new = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            new.pop(key, None)
        else:
            new[key] = merge(new.get(key), value)
    return new
