"""GET /update."""

import json

from microdot import Microdot

from ..http.response import Reply
from ..parts import PARTS
from ..update.confirm import ID, MARK, OTHER_ID, read, rom

api = Microdot()


@api.get("/update")
def get(req):
    """Which version runs, which one came before it, and what PUT takes."""
    app = req.app
    words = read()
    size = rom()
    state = {"running": words[ID], "trial": bool(app.trial), "before": None, "failed": None, "next": None}
    if app.trial:
        state.update(running=words[OTHER_ID], before=words[ID])
    elif len(words) == 5:
        if words[MARK][:1] == "!":
            state["failed"] = words[OTHER_ID]
        else:
            state.update(running=words[OTHER_ID], next=words[ID])
    signed = app.config.get("update")
    state["signed"] = signed and ("key" if app.board.chip == "esp8266" else "public_key")
    state["parts"] = PARTS.split()
    state.update(enabled=bool(app.token), format="romfs" if size else "tar", max=size // 2 + 65536 if size else 1 << 19)
    return Reply(json.dumps(state))
