"""PUT /gpio: several pins in one request, all or nothing."""

from ..http.response import Reply
from ..problem import Problem

_PWM = const(3)  # of a plan: duty and frequency


def change_all(pins, specs):
    """Check everything, then drive; if the hardware refuses in the middle, bring back what was done."""
    if not isinstance(specs, dict) or not specs:
        raise Problem("bad-json", 'Send an object of pins, such as {"D5":1,"D6":{"state":0}}.')
    plans = {}
    freq = None
    for text, spec in specs.items():
        line = pins.find(text)
        if line.gpio in plans:
            raise Problem("repeated-pin", name=text, pin=line.gpio)
        plan = pins.plan(line, spec if isinstance(spec, dict) else {"state": spec})
        plans[line.gpio] = line, plan
        if plan[_PWM] and pins.board.profile.PWM_ONE_FREQUENCY:
            if freq not in (None, plan[_PWM][1]):
                raise Problem("pwm-frequency", pin=line.gpio, freq=freq)
            freq = plan[_PWM][1]
    done = []
    try:
        for line, plan in plans.values():
            before = line.get(), line.expires, line.back
            done.append((line, before, pins.apply(line, plan)))
    except Problem:
        for line, (setting, until, back), _ in reversed(done):
            if setting[0]:
                pins.set(line, *setting)
            else:
                line.pin = pins.board.pin(line.gpio, "in")
                line.mode = None
                if not line.invert and line.gpio not in pins.names.values():
                    del pins.lines[line.gpio]
            line.expires, line.back = until, back
        raise
    return Reply(_texts(sorted(done, key=lambda entry: entry[0].gpio)))


def _texts(done):
    start = b'{"pins":['
    for line, _, was in done:
        yield start + line.text(was)
        start = b","
    yield b"]}"
