"""Whether a fixed address can work at all. Imported to check one, then dropped."""


def _number(text):
    n = 0
    for part in text.split("."):
        n = n << 8 | int(part)
    return n


def check(static):
    """ValueError(key, words) if the addresses of "wifi.static" contradict each other, or are none that a board may have."""
    ip, gateway = _number(static["ip"]), _number(static["gateway"])
    mask = _number(static.get("netmask", "255.255.255.0"))
    host = mask ^ 0xFFFFFFFF
    if host & (host + 1) or not 3 <= host < 1 << 24:
        _bad("netmask", "must be ones followed by zeros, such as 255.255.255.0")
    if ip & host in (0, host):
        _bad("ip", "is no address for a board in this network: the first and the last one are not")
    _usable("ip", ip)
    _usable("gateway", gateway)
    if ip >> 8 == 0xC0A804:
        _bad("ip", "lies in 192.168.4.0, the network of the board's own access point")
    if gateway & mask != ip & mask or gateway & host in (0, host):
        _bad("gateway", "must be an address in the board's own network, which ip and netmask say")
    if gateway == ip:
        _bad("gateway", "is the board's own address: it must be the router's")
    if "dns" in static:
        dns = _number(static["dns"])
        _usable("dns", dns)
        if dns & mask == ip & mask and dns & host in (0, host):
            _bad("dns", "is no address of a device in the board's own network")
        if dns == ip:
            _bad("dns", "is the board's own address: leave it out, or name a DNS server")


def _usable(key, address):
    first = address >> 24
    if first == 0 or first == 127 or first >= 224:
        _bad(key, "is no address of a device in a network")


def _bad(key, words):
    raise ValueError("wifi.static." + key, "wifi.static.%s %s" % (key, words))
