"""/log."""

import json

from microdot import Microdot

from ..http.response import Reply
from ..log import WIFI, lines
from ..utf8 import latin

api = Microdot()

# by the numbers of log.py, and of wifi/events.py
_NAMES = const("start died failed stuck clock-set config-changed update-received update-kept restart-asked")
_WIFI = const(
    "joined lost not-found wrong-password no-address refused access-point-opened access-point-closed not-stored trying"
    " address-kept address-undone"
)


@api.get("/log")
def get(req):
    """GET /log: the last lines of what happened, the newest first, over a restart too."""
    return Reply(_text(req.app.board))


def _text(board):
    mark = '{"log":['
    for event, times, ago, uptime, unix, text in lines(board):
        name = _NAMES.split()[event] if event < WIFI else "wifi-" + _WIFI.split()[event - WIFI]
        yield '%s{"event":"%s","text":%s,"times":%d' % (mark, name, json.dumps(latin(text)), times)
        yield ',"uptime":%d,"unix":%s,"starts_ago":%d}' % (uptime, json.dumps(unix), ago)
        mark = ","
    yield "]}" if mark == "," else '{"log":[]}'
