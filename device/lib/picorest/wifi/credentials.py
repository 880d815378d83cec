"""Storing credentials that have just worked. Imported for that moment."""

from ..problem import Problem
from .events import JOINED, NOT_STORED


def store(wifi):
    """Put the network that works in place of the known ones or, if those are to be kept, before them."""
    ssid, password, keep = wifi.wanted
    wifi.wanted = None
    networks = [{"ssid": ssid}]
    if password:
        networks[0]["password"] = password
    if keep:
        networks += [n for n in wifi.config.get("wifi", "networks") if n["ssid"] != ssid][:7]
    what = JOINED
    wifi.free_memory()
    try:
        wifi.config.patch({"wifi": {"networks": networks}})
    except (Problem, MemoryError) as e:
        print("Wi-Fi: %s is not stored: %s" % (ssid, e))
        what = NOT_STORED
        wifi.note(what, ssid)
    wifi.candidate_result = (ssid, what, 0)
