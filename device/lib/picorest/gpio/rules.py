"""The board's pins and their rules: which use is refused, with the reason and alternatives. Imported when a pin is set up,
and for refusals."""

from ..problem import Problem
from .pins import level_of

_KEYS = const("state mode pull pwm freq for")


def rows(board):
    """Yields ([number or "A0", name, …], capabilities, verdict) of every pin."""
    text = board.profile.PINS
    at = 0
    while True:
        end = text.find("\n", at + 1)
        if end < 0:
            return
        yield board.row(text[at + 1 : text.find(" ", at)])
        at = end


def free(board, but=None, able="p"):
    """Names of up to four pins that are in nobody's use, for `try`: those that are good for anything and have the capability
    `able`; where there are none, others."""
    for flags, words in ((able + "p", "ok"), ("ip", "ok"), ("i", "ok"), ("i", "boot")):
        found = []
        for names, caps, verdict in rows(board):
            if verdict == words and flags[:1] in caps and flags[-1:] in caps and names[0] != "A0":
                gpio = int(names[0])
                line = board.lines.get(gpio)
                if gpio != but and gpio not in board.owners and not (line and line.mode) and len(found) < 4:
                    found.append(names[1])
        if found:
            break
    return found


def why(board, mark):
    """The profile's sentence about a pin, or an empty text."""
    text = board.profile.WHY
    at = text.find("\n%s " % mark)
    return text[text.find(" ", at) + 1 : text.find("\n", at + 1)] if at >= 0 else ""


def verdict(board, gpio):
    """(names, capabilities, verdict, why) of a pin, as things stand: GPIO10 of an ESP8266 hangs on the flash mode."""
    names, caps, word = board.row(str(gpio))
    reason = why(board, gpio)
    if gpio == 10 and board.chip == "esp8266" and board.flash_mode() < 2:
        return names, "", "forbidden", "flash chip, which uses it in this flash mode (firmware written in DIO mode frees it)"
    return names, caps, word, reason


def refuse(board, gpio, type, able="p", **more):
    """The 409 for a pin, to be raised; able: the capability that it lacks."""
    return Problem(409, type, pin=gpio, try_=free(board, gpio, able), **more)


def permit(board, gpio):
    """(name, whether its level matters at boot) of a pin that may be touched at all; else 409."""
    names, caps, word, reason = verdict(board, gpio)
    owner = board.owners.get(gpio) or (reason if word == "reserved" else None)
    if owner:
        raise refuse(board, gpio, "reserved-pin", owner=owner)
    if word == "forbidden":
        raise refuse(board, gpio, "flash-pin", why=reason)
    return names[1], word == "boot"


def plan(pins, line, spec):
    """(mode, level, pull, (duty, freq) or None, seconds or None) for Pins.apply(). level: 0, 1, 2 (toggle) or None."""
    for key in spec:
        if key not in _KEYS.split():
            raise Problem(400, "unknown-parameter", parameter=key, pin=line.gpio, allowed=_KEYS.split())
    get = spec.get
    mode, pull, freq = get("mode"), get("pull"), get("freq")
    level = level_of(line, spec["state"]) if "state" in spec else None
    duty = _number(line, spec, "pwm", 0, 1)
    seconds = _number(line, spec, "for", 0.001, 86400)
    if "mode" in spec and mode not in ("in", "out", "open_drain"):
        raise Problem(400, "bad-mode", pin=line.gpio, allowed=["in", "out", "open_drain"])
    if "pull" in spec and pull not in ("up", "down", "none"):
        raise Problem(400, "bad-pull", pin=line.gpio, allowed=["up", "down", "none"])
    if duty is not None or "freq" in spec:
        if mode or pull or level is not None or duty is None and not line.pwm:
            raise _mix(line, "pwm and freq go together, without state, mode and pull")
        most = pins.board.profile.PWM_MAX_HZ
        freq = _number(line, spec, "freq", 1, most)
        mode = "pwm"
        duty = line.pwm[0] if duty is None else duty
        freq = int(freq or (line.pwm[1] if line.pwm else 1000))
    elif not mode:
        mode = "open_drain" if line.mode == "open_drain" else "in" if pull and level is None else "out"
    if line.button and line.mode == "in" and mode != "in" and "mode" not in spec:
        raise refuse(pins.board, line.gpio, "configured-input")
    if mode == "in" and level is not None:
        raise _mix(line, "An input cannot be driven: leave out state, or use mode=out")
    if mode == "out" and pull in ("up", "down"):
        raise _mix(line, "A pull resistor goes with mode=in or open_drain")
    if seconds and level is None and duty is None:
        raise _mix(line, "for goes with state or pwm")
    if not spec:
        raise Problem(400, "nothing-to-do", pin=line.gpio)
    pull = line.pull if pull is None and mode == line.mode else None if pull == "none" else pull
    _able(pins.board, line, mode, pull)
    if duty is not None and pins.board.profile.PWM_ONE_FREQUENCY:
        for other in pins.lines.values():
            if other.pwm and other is not line and other.pwm[1] != freq:
                raise refuse(pins.board, line.gpio, "pwm-frequency", freq=other.pwm[1])
    return mode, level, pull, None if duty is None else (duty, freq), seconds


def _able(board, line, mode, pull):
    # what the pin itself cannot do
    flags = verdict(board, line.gpio)[1]
    if mode != "in" and "o" not in flags:
        raise refuse(board, line.gpio, "input-only-pin", "o")
    if mode == "open_drain" and "d" not in flags:
        raise refuse(board, line.gpio, "no-open-drain", "d")
    able = "u" if pull == "up" else "n"
    if pull and able not in flags:
        raise refuse(board, line.gpio, "no-pull", able, pull=pull)
    if mode == "pwm" and "p" not in flags:
        raise refuse(board, line.gpio, "no-pwm")


def _mix(line, why):
    return Problem(400, "bad-combination", why=why, pin=line.gpio)


def _number(line, spec, key, low, high):
    if key not in spec:
        return None
    try:
        number = float(spec[key])
        if low <= number <= high and not isinstance(spec[key], bool):
            return number
    except (ValueError, TypeError):
        pass
    raise Problem(400, "bad-" + key, pin=line.gpio, allowed=high if key == "freq" else [low, high])
