"""/wifi and /wifi/networks."""

from json import dumps

from microdot import Microdot

from ..http.response import Reply
from ..problem import Problem
from ..wifi.events import TRYING

api = Microdot()

_ANSWER = const('{"trial":{"ssid":%s,"state":"trying"},"was":{"state":"%sconnected","ssid":%s},"poll":"/wifi"}')


@api.get("/wifi")
def get(req):
    """GET /wifi: the state of the Wi-Fi, and its last ten events."""
    from ..wifi.status import text

    return Reply(text(req.app.wifi))


@api.get("/wifi/networks")
def networks(req):
    """GET /wifi/networks: the nearby networks. On a chip everything else waits for two seconds."""
    return Reply(req.app.wifi.act("wifi.scan", "scan"))


@api.put("/wifi")
def put(req):
    """PUT /wifi {"ssid": "home", "password": "…", "keep": true}: another network, tried, stored if it works; GET /wifi tells."""
    wanted = req.json
    if wanted is None:
        raise Problem("bad-json")
    if not isinstance(wanted, dict):
        _bad("ssid", 'Send an object such as {"ssid":"home","password":"…"}.')
    for name in wanted:
        if name not in ("ssid", "password", "keep"):
            _bad(name, "Send ssid, password and keep only.")
    ssid, password, keep = wanted.get("ssid"), wanted.get("password"), wanted.get("keep", False)
    if password is None:
        password = ""
    if not isinstance(ssid, str) or not 0 < len(ssid.encode()) <= 32:
        _bad("ssid", "ssid is the network's name: 1 to 32 bytes of text.")
    # shorter ones are for WEP only, which no router of today speaks: the configuration takes them
    if not isinstance(password, str) or password and not 8 <= len(password.encode()) <= 64:
        _bad("password", "password is text of 8 to 64 bytes: no Wi-Fi has a shorter one. For an open network leave it out.")
    if keep is not True and keep is not False:
        _bad("keep", "keep is true to keep the other known networks.")
    wifi = req.app.wifi
    wifi.candidate = (ssid, password, keep)
    wifi.candidate_result = (ssid, TRYING, 0)
    return Reply(_ANSWER % (dumps(ssid), "" if wifi.connected() else "not ", dumps(wifi.ssid)), 202)


def _bad(key, detail):
    raise Problem("bad-credentials", detail, key=key)
