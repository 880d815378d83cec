"""For each line, {"alarms", "tz", "place", "begin", "end", "step"}: what the alarms do while a clock goes from begin to end
in such steps (seconds), as [[Unix time, action], …]."""

import json
import sys

from fakes.alarms import App, Fixture

for line in sys.stdin:
    case = json.loads(line)
    with Fixture():
        lat, lon = case["place"]
        app = App(timezone=case["tz"], weather={"lat": lat, "lon": lon})
        app.turn(case["begin"])
        app.set(*case["alarms"])
        while app.now < case["end"]:
            app.turn(app.now + case["step"])
            app.service.step()
        print(json.dumps(app.done))
