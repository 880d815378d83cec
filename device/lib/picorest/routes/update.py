"""GET /update."""

import json

from microdot import Microdot

from ..http.response import Reply
from ..update.confirm import read, rom

api = Microdot()


@api.get("/update")
def get(req):
    """Which version runs, which one came before it, and what PUT takes."""
    app = req.app
    words = read()
    size = rom()
    state = {"running": words[1], "trial": bool(app.trial), "before": None, "failed": None, "next": None}
    if app.trial:
        state.update(running=words[4], before=words[1])
    elif len(words) == 5:
        if words[2][:1] == "!":
            state["failed"] = words[4]
        else:
            state.update(running=words[4], next=words[1])
    state.update(enabled=bool(app.token), format="romfs" if size else "tar", max=size // 2 or 1 << 19)
    return Reply(json.dumps(state))
