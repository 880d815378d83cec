"""Where another server sends us. Imported when one does. On an ESP8266 not without proxy or thingspeak or weather."""


def follow(url, location):
    """The absolute address that `location` means, seen at `url`."""
    url = url.split("#")[0].split("?")[0]
    scheme = url[: url.find("/")]
    if location[:2] == "//":
        return scheme + location
    if location.find(":", 0, 9) >= 0:
        return location
    at = url.find("/", len(scheme) + 2)
    if at < 0:
        at = len(url)
        url += "/"
    path = url[at:]
    if location[:1] == "?":
        location = path + location
    elif location[:1] != "/":
        location = path.rsplit("/", 1)[0] + "/" + location
    return url[:at] + location


def local(ip):
    """Whether an IPv4 address belongs to a local network, to the machine itself or to nobody."""
    ip = ip.split(".")
    a, b = int(ip[0]), int(ip[1])
    if a == 172:
        return 16 <= b < 32
    if a == 100:
        return 64 <= b < 128
    return a == 0 or a == 10 or a == 127 or a >= 224 or (a == 192 and b == 168) or (a == 169 and b == 254)
