"""Checks of what a test may set on the stand-ins, so that a wrong word changes nothing and says what is allowed."""

from .channels import FIELDS, REFUSALS, Channel, instant
from .climate import Weather
from .talkback import MAX_COMMANDS, MAX_LENGTH

_TEXT, _NUMBER, _BOOL = (str, type(None)), (int, float), (bool, type(None))
_CHANNEL = {
    "name": _TEXT, "description": _TEXT, "write_key": _TEXT, "read_key": _TEXT, "public": _BOOL, "window": _NUMBER,
    "clear": _BOOL, "fields": dict, "add": list, "refuses": (dict, type(None)),
}  # fmt: skip
_TALKBACK = {"key": _TEXT, "commands": list}
_WEATHER = {name: (*_NUMBER, type(None)) for name, kind in Weather.__annotations__.items() if kind in (int, float)}


def members(what: str, settings, allowed: dict):
    """ValueError unless `settings` is an object whose members are among `allowed` ({name: types})."""
    if not isinstance(settings, dict):
        raise ValueError(f"{what} must be an object with some of {', '.join(allowed)}")
    for name, value in settings.items():
        if name not in allowed:
            raise ValueError(f"{what} has no {name!r}; allowed are {', '.join(allowed)}")
        if not isinstance(value, allowed[name]):
            raise ValueError(f"{what}: {name} cannot be {value!r}")


def check_thingspeak(settings):
    kinds = {"channels": _check_channel, "talkbacks": _check_talkback}
    members("thingspeak", settings, dict.fromkeys(kinds, (dict, type(None))))
    for kind, check in kinds.items():
        for ident, one in (settings.get(kind) or {}).items():
            if not (str(ident).isascii() and str(ident).isdigit()):
                raise ValueError(f"thingspeak: {kind} are numbered, {ident!r} is not a number")
            if one is not None:
                check(f"thingspeak {kind[:-1]} {ident}", one)


def check_weather(settings):
    members("weather", settings, _WEATHER)


def check_gaps(settings):
    members("gaps", settings, dict.fromkeys(settings, _TEXT))
    for name, how in settings.items():
        if how not in ("missing", "null", None):
            raise ValueError(f"gaps: {name} is missing, null, or there again (null without quotation marks), not {how!r}")


def _check_channel(what, settings):
    members(what, settings, _CHANNEL)
    if settings.get("refuses"):
        members(f"{what} refuses", settings["refuses"], {"value": (str, int, float), "status": int})
        if set(settings["refuses"]) != {"value", "status"} or settings["refuses"]["status"] not in REFUSALS:
            raise ValueError(f"{what} refuses a value with a status, which is one of {', '.join(map(str, REFUSALS))}")
    for number in settings.get("fields", ()):
        if f"field{number}" not in FIELDS:
            raise ValueError(f"{what}: fields are numbered 1 to 8, not {number!r}")
    for entry in settings.get("add", ()):
        if not isinstance(entry, dict) or not Channel.values_of(entry):
            raise ValueError(f"{what}: an entry to add needs one of field1 to field8 or status, not {entry!r}")
        if "created_at" in entry:
            instant(entry["created_at"])


def _check_talkback(what, settings):
    members(what, settings, _TALKBACK)
    commands = settings.get("commands", [])
    if len(commands) > MAX_COMMANDS or not all(isinstance(one, str) and len(one) <= MAX_LENGTH for one in commands):
        raise ValueError(f"{what}: commands are at most {MAX_COMMANDS} strings of at most {MAX_LENGTH} characters")
