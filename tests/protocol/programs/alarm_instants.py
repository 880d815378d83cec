"""For each line, {"spec", "after", "until", "tz", "place"}: the instants of an alarm in that time, and what comes then."""

import json
import sys

from picorest.alarms.when import following

for line in sys.stdin:
    case = json.loads(line)
    found, after = [], case["after"]
    while True:
        after = following(case["spec"], after, case["tz"], case.get("place"))
        if isinstance(after, str) or after > case["until"]:
            break
        found.append(after)
    print(json.dumps({"instants": found, "then": after}))
