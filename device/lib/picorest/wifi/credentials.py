"""Storing credentials that have just worked. Imported for that moment."""

from ..problem import Problem

_JOINED = const(0)  # these numbers have their words in status.py
_NOT_STORED = const(8)


def store(wifi, wanted):
    """Put the network in place of the known ones or, if those are to be kept, before them."""
    ssid, password, keep = wanted
    networks = [{"ssid": ssid}]
    if password:
        networks[0]["password"] = password
    if keep:
        networks += [n for n in wifi.config.get("wifi", "networks") if n["ssid"] != ssid][:7]
    what = _JOINED
    wifi.relief()
    try:
        wifi.config.patch({"wifi": {"networks": networks}})
    except (Problem, MemoryError) as e:
        print("Wi-Fi: %s is not stored: %s" % (ssid, e))
        what = _NOT_STORED
        wifi.note(what, ssid)
    wifi.trial[1] = what
