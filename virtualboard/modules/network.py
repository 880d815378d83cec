# network: WLAN with the names, numbers and complaints of each port (ports/esp*/network_wlan.c).
import _vb
from _wlan import WLAN, _ask, _do, _esp8266, _ip, _text

STA_IF, AP_IF = 0, 1
AUTH_OPEN, AUTH_WEP, AUTH_WPA_PSK, AUTH_WPA2_PSK, AUTH_WPA_WPA2_PSK = range(5)
MODE_11B, MODE_11G, MODE_11N = (1, 2, 3) if _esp8266 else (1, 2, 4)
if _esp8266:
    STAT_IDLE, STAT_CONNECTING, STAT_WRONG_PASSWORD, STAT_NO_AP_FOUND, STAT_CONNECT_FAIL, STAT_GOT_IP = range(6)
else:
    AUTH_WPA2_ENTERPRISE, AUTH_WPA3_PSK, AUTH_WPA2_WPA3_PSK, AUTH_WAPI_PSK, AUTH_OWE = range(5, 10)
    MODE_LR = 8
    STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
    STAT_BEACON_TIMEOUT, STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 200, 201, 202
    STAT_ASSOC_FAIL = STAT_CONNECT_FAIL = 203
    STAT_HANDSHAKE_TIMEOUT = 204
    STAT_NO_AP_FOUND_W_COMPATIBLE_SECURITY = 210
    STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD = 211
    STAT_NO_AP_FOUND_IN_RSSI_THRESHOLD = 212


def hostname(name=None):
    if name is None:
        return _text("wifi_hostname")
    if len(name) > 32:
        raise ValueError
    _ask("wifi_hostname", name)


def country(code=None):
    if code is None:
        return _text("wifi_country")
    if len(code) != 2:
        raise ValueError
    _ask("wifi_country", code)


def phy_mode(mode=None):
    if mode is None:
        return _ask("wifi_get", 0, "protocol")
    _ask("wifi_set", 0, "protocol", mode)


def ipconfig(*args, **kwargs):
    if args == ("dns",) and not kwargs:
        return WLAN(0).ifconfig()[3]
    if not args and list(kwargs) == ["dns"]:
        _do("wifi_dns", _ip(kwargs["dns"]))
        return
    if len(args) != 1 and not kwargs:
        raise TypeError("must query one param")
    raise ValueError("unexpected key")
