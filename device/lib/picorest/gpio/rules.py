"""Which use of a pin is refused, with the reason and alternatives."""

from ..boards.profile import suggestions, verdict
from ..overlay import seldom
from ..problem import Problem

_KEYS = const("state mode pull pwm freq for")
_LEVELS = const(" 0 off low false 1 on high true toggle ")


@seldom("pinlist")
def conflict(board, gpio, type, able="p", **more):
    """The 409 for a pin, to be raised; able: the capability that it lacks."""
    return Problem(type, pin=gpio, try_=suggestions(board, gpio, able), **more)


def require_usable(board, gpio):
    """(name, whether its level matters at boot) of a pin that may be touched at all; else 409."""
    names, _, word, why = verdict(board, gpio)
    owner = board.owners.get(gpio) or (why if word == "reserved" else None)
    if owner:
        raise conflict(board, gpio, "reserved-pin", owner=owner)
    if word == "forbidden":
        raise conflict(board, gpio, "flash-pin", why=why)
    return names[1], word == "boot"


@seldom("pinplan")
def plan(pins, line, spec):  # long: one rule after the other, in the order they are told
    """(mode, level, pull, (duty, freq) or None, seconds or None) for Pins.apply(). level: 0, 1, 2 (toggle) or None."""
    for key in spec:
        if key not in _KEYS.split():
            raise Problem("unknown-parameter", parameter=key, pin=line.gpio, allowed=_KEYS.split())
    get = spec.get
    mode, pull, freq = get("mode"), get("pull"), get("freq")
    level = level_of(line, spec["state"]) if "state" in spec else None
    duty = _number(line, spec, "pwm", 0, 1)
    seconds = _number(line, spec, "for", 0.001, 86400)
    if "mode" in spec and mode not in ("in", "out", "open_drain"):
        raise Problem("bad-mode", pin=line.gpio, allowed=["in", "out", "open_drain"])
    if "pull" in spec and pull not in ("up", "down", "none"):
        raise Problem("bad-pull", pin=line.gpio, allowed=["up", "down", "none"])
    if duty is not None or "freq" in spec:
        if mode or pull or level is not None or duty is None and not line.pwm:
            raise _bad_combination(line, "pwm and freq go together, without state, mode and pull")
        most = pins.board.profile.PWM_MAX_HZ
        freq = _number(line, spec, "freq", 1, most)
        mode = "pwm"
        duty = line.pwm[0] if duty is None else duty
        freq = int(freq or (line.pwm[1] if line.pwm else 1000))
    elif not mode:
        mode = "open_drain" if line.mode == "open_drain" else "in" if pull and level is None else "out"
    if line.button and line.mode == "in" and mode != "in" and "mode" not in spec:
        raise conflict(pins.board, line.gpio, "configured-input")
    if mode == "in" and level is not None:
        raise _bad_combination(line, "An input cannot be driven: leave out state, or use mode=out")
    if mode == "out" and pull in ("up", "down"):
        raise _bad_combination(line, "A pull resistor goes with mode=in or open_drain")
    if seconds and level is None and duty is None:
        raise _bad_combination(line, "for goes with state or pwm")
    if not spec:
        raise Problem("nothing-to-do", pin=line.gpio)
    pull = line.pull if pull is None and mode == line.mode else None if pull == "none" else pull
    _check_capabilities(pins.board, line, mode, pull)
    if duty is not None and pins.board.profile.PWM_ONE_FREQUENCY:
        for other in pins.lines.values():
            if other.pwm and other is not line and other.pwm[1] != freq:
                raise conflict(pins.board, line.gpio, "pwm-frequency", freq=other.pwm[1])
    return mode, level, pull, None if duty is None else (duty, freq), seconds


@seldom("pinplan")
def _check_capabilities(board, line, mode, pull):
    # what the pin itself cannot do
    flags = verdict(board, line.gpio)[1]
    if mode != "in" and "o" not in flags:
        raise conflict(board, line.gpio, "input-only-pin", "o")
    if mode == "open_drain" and "d" not in flags:
        raise conflict(board, line.gpio, "no-open-drain", "d")
    able = "u" if pull == "up" else "n"
    if pull and able not in flags:
        raise conflict(board, line.gpio, "no-pull", able, pull=pull)
    if mode == "pwm" and "p" not in flags:
        raise conflict(board, line.gpio, "no-pwm")


@seldom("pinplan")
def _bad_combination(line, why):
    return Problem("bad-combination", why=why, pin=line.gpio)


@seldom("pinplan")
def _number(line, spec, key, low, high):
    if key not in spec:
        return None
    try:
        number = float(spec[key])
        if low <= number <= high and not isinstance(spec[key], bool):
            return number
    except (ValueError, TypeError):
        pass
    raise Problem("bad-" + key, pin=line.gpio, allowed=high if key == "freq" else [low, high])


def level_of(line, value):
    """0, 1 or 2 (toggle) of what a client says."""
    if value == "1" or value == "0":
        return int(value)
    text = str(value).lower()
    at = _LEVELS.find(" %s " % text)
    if at < 0 or " " in text:
        try:
            number = 2 if " " in text else float(text)  # templates write 1.0
        except ValueError:
            number = 2
        if number not in (0, 1):
            raise Problem("bad-state", pin=line.gpio, allowed=_LEVELS.split())
        return int(number)
    return 0 if at < 16 else 1 if at < 31 else 2
