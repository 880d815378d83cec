"""Doing an action: what buttons, links and alarms are for. Which there are, config/actions.py says. Imported for that moment.

On an ESP8266 only with links or alarms."""

import sys
from asyncio import create_task

from .parts import PARTS
from .problem import Problem

SHORT = const("There was too little memory for it.")  # nothing was done
_PART = const("There was too little memory for all of it.")


def perform(app, spec, told=None):
    """Do an action, {"do": "lamp.on", "for": 30}, which the configuration has checked. Returns what went wrong, in words, or None;
    SHORT if it can be tried again.

    Of what takes its time, told(what went wrong later, or None) is called at its end."""
    applied = app.pins.applied
    for _ in range(2):
        try:
            return _perform(app, spec, told)
        except Problem as e:
            return str(e)
        except MemoryError:
            app.release()
            if applied != app.pins.applied:  # a toggle must not be done twice
                return _PART
        except Exception as e:
            sys.print_exception(e)
            return "It failed: the serial console says how."
    return SHORT


def _perform(app, spec, told):
    do = spec["do"]
    at = do.rfind(".")
    who, what = do[:at], do[at + 1 :]
    if who == "display":
        if not getattr(app, "display", None):
            return "There is no display."
        app.display.show(spec["lines"], spec.get("for", 10))
    elif who[:16] == "thingspeak.field":
        if "thingspeak" in PARTS:
            from .thingspeak.fields import write

            write(app, who[16:], spec["value"] if what == "set" else None, told)
    elif what == "call":
        if "proxy" in PARTS:
            return _call(app, who, told)
    else:
        _pin(app.pins, app.pins.find(who), what, spec)
    return None


def _call(app, who, told):
    if not hasattr(app, "calls"):
        app.calls = []  # what upstream/errand.py is told of each
    app.calls[:] = [call for call in app.calls if call[0]]
    if len(app.calls) > 3:
        return "%s was not called: others wait already." % who
    from .upstream.errand import run

    app.calls.append([True, who])
    create_task(run(app, who, "upstream.call", app.calls[-1], told))
    return None


def _pin(pins, line, what, spec):
    change = {}
    for key in ("for", "pwm", "freq"):
        if key in spec:
            change[key] = spec[key]
    if what == "fade":
        from .gpio.play import fade

        fade(pins, line, spec.get("pwm", 1), spec.get("seconds", 1))
    elif what == "tune":
        from .gpio.play import tune

        tune(pins, line, spec["tune"], spec.get("for"))
    elif what == "stop":
        from .gpio.play import stop

        stop(pins, line)
    else:
        if what == "pulse":
            what = "on"
            change["for"] = spec.get("for", 0.5)
        if "pwm" not in change:
            change["state"] = what
        pins.apply(line, pins.plan(line, change))
