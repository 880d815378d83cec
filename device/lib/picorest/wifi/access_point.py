"""Setting up the radio, and opening and closing the board's own access point. Imported for that moment."""

import os
from binascii import hexlify
from hashlib import sha256

from ..memory import SMALL
from ..overlay import drop

_KEY = const("picorest.key")
_LETTERS = const("abcdefghijkmnpqrstuvwxyz23456789")  # none that look alike


def prepare(wifi):
    """Before anything else."""
    config, sta = wifi.config, wifi.sta
    wifi.drive(sta.active, True)
    _forget(wifi, [network["ssid"] for network in config.get("wifi", "networks")])
    try:
        if not config.get("wifi", "power_save"):
            wifi.drive(sta.config, pm=wifi.net.WLAN.PM_NONE)
        wifi.drive(sta.config, reconnects=2)  # else an ESP32 hides why it fails and tries for ever; the ESP8266 has no such thing
    except (OSError, ValueError):
        pass
    wifi.net.hostname(config.get("hostname"))
    from .static_address import begin

    begin(wifi)
    drop("wifi.static_address", "config.address_backup")


def _forget(wifi, known):
    # the ESP8266's firmware keeps the last network in flash of its own, and joins it by itself
    try:
        kept = wifi.drive(wifi.sta.config, "ssid")
        if not kept or kept in known:
            return
    except OSError:
        return
    except ValueError:
        pass  # no UTF-8: none of ours
    try:
        wifi.drive(wifi.sta.disconnect)
        wifi.drive(wifi.sta.connect, "", "")  # stores that, and then says that it cannot be joined
    except OSError:
        pass


def start(wifi):
    """Open the access point, with a line on the serial console that says its name and password."""
    ap, drive = wifi.ap, wifi.drive
    ssid, password, shown = credentials(wifi.config, drive(ap.config, "mac"))
    try:
        drive(ap.active, True)
        drive(ap.config, ssid=ssid, key=password, security=wifi.net.AUTH_WPA2_PSK)
    except OSError:
        drive(ap.active, False)  # without its settings it would be open to everybody
        raise
    from .captive_portal import Portal

    wifi.portal = Portal(wifi, ssid)
    if wifi.server:
        wifi.server.before = wifi.portal.redirect
    print("Wi-Fi: access point %s, %s: join it and open http://%s/" % (ssid, shown, wifi.address()))


def stop(wifi):
    wifi.drive(wifi.ap.active, False)
    wifi.portal.close()
    wifi.portal = None
    if wifi.server:
        wifi.server.before = None
    drop("wifi.captive_portal", "wifi.captive_dns")


def credentials(config, mac):
    """(name, password, what the console says of the password).

    mac: the access point's, six bytes. It is no secret, as the radio sends it all the time: the password comes from a
    random key, which is made once."""
    ssid = config.get("wifi", "ap", "ssid") or "picorest-%s" % hexlify(mac[3:]).decode().upper()
    password = config.get("wifi", "ap", "password")
    if password:
        return ssid, password, "the configured password"
    digest = sha256(mac + _key()).digest()
    password = "".join([_LETTERS[b & 31 : (b & 31) + 1] for b in digest[:10]])
    password = password[:5] + "-" + password[5:]
    return ssid, password, "password %s" % password


def _key():
    try:
        with open(_KEY, "rb") as f:
            key = f.read(17)
        if len(key) == 16:
            return key
    except OSError:
        pass
    nvs = None
    if not SMALL:
        from ..nvs import find

        nvs = find()
        drop("nvs")
    key = nvs and nvs.get("key")
    if key:
        return key
    key = os.urandom(16)
    try:
        if nvs:
            nvs.put("key", key)
        else:
            with open(_KEY, "wb") as f:
                f.write(key)
    except OSError:
        pass  # a full flash: the password then changes with every opening, and the console still says it
    return key
