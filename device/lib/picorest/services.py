"""Starting the services that the configuration asks for. Imported for that moment."""

import gc
import os

from . import memory
from .config.schema import add_warning
from .overlay import drop, forget_all, present
from .parts import PARTS
from .problem import Problem

SAFE = const(2)  # of App.mode, see recovery.py
# of an entry of App.services
NAME = const(0)  # optional ones have a dot in theirs
SERVICE = const(1)  # an object with a coroutine function run()
TASK = const(2)
ALARMS = "alarms"  # the name of that service
WAIT = const(3)  # seconds until it was started again the last time, 0: it never died

_LETTERS = const("abcdefgiknrstvwxyz")  # names that MicroPython has


def begin(app):
    """Start the services of the application; what there is no memory for is left out, and /health says so.

    A configuration that leaves none for clients is set aside: after the restart that this MemoryError leads to, the
    board can be reached."""
    try:
        _services(app)
        if memory.SMALL and _short(13):
            raise MemoryError
    except MemoryError:
        if not memory.has_user:
            print("The configuration leaves too little memory: it becomes config.broken.json.")
            try:
                os.rename(app.config.path, "config.broken.json")
            except OSError:
                _from_nvs()
        raise MemoryError  # without memory the error of rename() has taken the place of the one that came here


def _from_nvs():
    if not memory.SMALL:
        from .nvs import find

        nvs = find()
        kept = nvs and nvs.get("config")
        if kept:
            with open("config.broken.json", "wb") as f:
                f.write(kept)
            nvs.remove("config")


def _short(percent):
    # what has been started takes some 3 KB more when it runs; what the start has loaded up to here goes
    if not memory.SMALL:
        gc.collect()
    elif not memory.has_user:
        forget_all(("thingspeak.service", "seldom.settings"))  # what comes again at once
    else:
        return False
    return gc.mem_free() * 100 < memory.HEAP * percent


def make_room(thing, count):
    """Let the table of an object's attributes have room for so many more. Else it would grow when they come, into the middle of
    what is free then."""
    for name in _LETTERS[:count]:  # name: one of ours
        setattr(thing, name, None)  # name: the same
    for name in _LETTERS[:count]:  # name: the same
        delattr(thing, name)  # name: the same


def _services(app):
    get = app.config.get
    if app.mode == SAFE:
        print("warning:", app.all_warnings()[-1])
        app.start("wifi", app.wifi)
        return
    if memory.SMALL:
        make_room(app, 6)  # what services remember of other servers
    _doubts(app.config)  # first of all: checking takes more memory than most of what comes
    if get("dht"):
        from .dht.configure import configured

        configured = configured(app)
        drop("dht.configure")
    if b'"button":' in (app.config.data.get("pins") or b""):
        from .gpio.buttons import Buttons

        app.start("buttons", Buttons(app))
    if "sensors" in PARTS and get("sensors"):
        from .sensors.configure import configured

        for words in configured(app, get("sensors")):
            add_warning(app.pins.warnings, words)
        configured = drop("sensors.configure")
    if "links" in PARTS and get("links"):
        from .links.service import Links

        app.start("links", Links(app))
        drop("links.start")
    if "display" in PARTS:
        display = get("display") or getattr(app.board.profile, "DISPLAY", None)
        if display:
            _optional(app, "display", _display, display)
    for warning in app.all_warnings():
        print("warning:", warning)
    app.start("wifi", app.wifi)
    app.start("sntp", app.sntp)
    if "thingspeak" in PARTS and get("thingspeak", "write", "fields"):
        _optional(app, "thingspeak.write", _thingspeak, "thingspeak.readings", "thingspeak.upload")
    if get("mqtt", "host") and app.board.chip != "esp8266":
        _optional(app, "mqtt", _mqtt)
    follow(app)
    if "thingspeak" in PARTS and _asks(app):
        _optional(app, "thingspeak.read", _thingspeak, "thingspeak.poll", "thingspeak.poll")


def _asks(app):
    # whether pins, screens, links or alarms follow what ThingSpeak says
    get = app.config.get
    found = get("thingspeak", "read", "pins") or get("thingspeak", "talkback", "id")
    if not found and get("thingspeak", "channel") and ("alarms" in PARTS or "display" in PARTS or "links" in PARTS):
        from .heard import watched

        found = watched(app.config)
        watched = drop("heard")
    return found


def _doubts(config):
    # what a change of the configuration would be refused for is no reason to set the whole file aside
    if memory.SMALL:
        forget_all()  # what the start has loaded up to here
    there = present()
    from .config.consistency import check

    try:
        check(config.data, {}, config.board)
        from .config.memory_cost import check

        check(config.data, config.board and config.board.chip)
    except ValueError as e:
        config.warnings = list(config.warnings)
        add_warning(config.warnings, e.args[1] + ".")
    check = forget_all(there)


def _optional(app, name, make, *given):
    # a service that the board can do without: make(app, *given) starts it, if there is memory for it
    try:
        if not _short(22 if memory.SMALL else 21):
            app.start(name, make(app, *given))
            return
    except Problem as e:
        add_warning(app.pins.warnings, str(e))
        return
    except MemoryError:
        pass
    app.failures[name] = "there is no memory left for it"


def _display(app, settings):
    from .display.service import Display

    app.display = Display(app, settings)
    return app.display


def _mqtt(app):
    from .mqtt.service import Mqtt

    return Mqtt(app)


def _thingspeak(app, *modules):
    from .thingspeak.service import Service

    service = Service(app, *modules)
    make_room(service, 14 if modules[0] == modules[1] else 18)
    return service


def follow(app):
    """Start what a change of the configuration asks for, and that needs no restart."""
    if "alarms" in PARTS and app.config.data.get("alarms") and ALARMS not in [service[NAME] for service in app.services]:
        from .alarms.service import Alarms

        app.start(ALARMS, Alarms(app))
    if app.board.chip != "esp8266" and app.config.data.get("weather"):
        from .weather import Weather, shown

        if shown(app.config) and "weather" not in [service[NAME] for service in app.services]:
            app.start("weather", Weather(app))
        Weather = shown = None
