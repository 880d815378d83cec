"""PUT /update: a new version over Wi-Fi, into the place that is free (see versions.py)."""

import gc

from microdot import Microdot

from .. import log
from ..http.response import Reply
from ..overlay import forget_all, present
from ..problem import Problem
from ..update import confirm
from .status import reset

api = Microdot()


@api.put("/update")
async def put(req):
    """PUT /update?id=NAME&sha256=HEX: a ROMFS image with its pages, or a tar file; checked, then the board restarts with it.

    It has two minutes to prove itself: then it stays, else the version before starts again."""
    app = req.app
    if not app.token:
        raise Problem("update-off", "Without a token the board takes no updates over Wi-Fi: set one with PATCH /config.")
    asked = req.args
    name = asked.get("id", "")
    digest = asked.get("sha256", "")
    if len(digest) != 64 or not 0 < len(name) <= 16 or name.strip("0123456789abcdef") or req.body or not req.content_length:
        raise Problem("bad-update", "Use ./deploy.sh update, which sends the right file with id and sha256.")
    if app.trial or hasattr(app, "updating"):
        raise Problem("updating", "Another update is on trial or under way: try again in two minutes.", retry_after=60)
    app.updating = True
    try:
        signed = app.config.get("update")
        if signed:
            there = present()
            from ..update.signed import check

            await check(app, asked)
            check = forget_all(there)
        words = confirm.read()
        if len(words) == 5 and words[confirm.MARK][:1] == "?":
            confirm.write(words[confirm.OTHER:])
            words = words[confirm.OTHER:]
        rom = confirm.rom()
        if rom:
            from ..update.romfs import receive
        else:
            from ..update.tar import receive
        place = ("0", str(rom // 2)) if rom else ("/a", "/b")
        place = place[words[0] == place[0]]
        gc.collect()
        if await receive(req.conn, req.content_length, place) != digest:
            raise Problem("damaged", "What arrived is not what was sent: send it again. The version that runs stays.")
        if signed:
            from ..update.signed import keep

            keep(asked["signed"])
        confirm.write([place, name, "?w"] + words[:2])
    except OSError as e:
        why = "The flash did not take the update (%s). The version that runs stays." % e
        raise Problem("not-stored", why, status=507) from None
    finally:
        del app.updating
    log.add(app.board, log.UPDATE, name)
    reset(req)
    return Reply('{"id":"%s","was":"%s","status":"restarting"}' % (name, words[confirm.ID]), 202)
