"""Ten thousand changes of alarms while time passes: what is done is what should be, and nothing of them stays in memory."""

import gc
import random

from expect import equal
from fakes.alarms import MONDAY, App, Fixture

EDITS = 10000


def due(alarm, since, until):
    """Whether its time comes within that, as one would reckon by hand; UTC."""
    if not alarm.get("enabled", True):
        return False
    if "every" in alarm:
        return until // alarm["every"] > since // alarm["every"]
    at = int(alarm["at"][:2]) * 3600 + int(alarm["at"][3:]) * 60
    day = (until - at) // 86400
    if day == (since - at) // 86400:
        return False
    return alarm.get("days") != "mon" or (day * 86400 - MONDAY) // 86400 % 7 == 0


def change(rand, alarms, n):
    which = rand(8)
    if which < 3 or not alarms:
        alarms.append({"id": str(n), "do": "lamp.on", "every": 1 + rand(900)})
        if which:
            del alarms[-1]["every"]
            alarms[-1]["at"] = "%02d:%02d" % (rand(24), rand(60))
        if which == 2:
            alarms[-1]["days"] = "mon"
        if len(alarms) > 4:
            alarms.pop(0)
        return
    alarm = alarms[rand(len(alarms))]
    if which == 3:
        alarms.remove(alarm)
    elif which == 4:
        alarm["enabled"] = not alarm.get("enabled", True)
    elif which == 5:
        alarm["do"] = "pump.on"
    elif "every" in alarm:
        alarm["every"] = 1 + rand(900)
    else:
        alarm["at"] = "%02d:%02d" % (rand(24), rand(60))


def test_ten_thousand_changes():
    random.seed(14)

    def rand(n):
        return random.getrandbits(16) % n

    with Fixture():
        app, alarms = App(), []
        wanted = done = 0
        free = None
        for n in range(EDITS):
            change(rand, alarms, n)
            app.set(*alarms)
            app.service.step()
            seconds = 1 + rand(170)  # less than what counts as missed
            wanted += sum([due(alarm, app.now, app.now + seconds) for alarm in alarms])
            done += len(app.run(seconds, seconds))
            equal((n, done), (n, wanted))
            if n == EDITS // 10:
                gc.collect()
                free = gc.mem_free()
        assert wanted > EDITS // 10
        del alarms[:]
        app.set()
        app.service.step()
        gc.collect()
        assert gc.mem_free() > free - 2000, (free, gc.mem_free())
