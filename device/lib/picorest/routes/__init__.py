"""The endpoints: one line per path, with MODULE.FUNCTION for each method; `*` stands for one path segment, which the
function gets as the argument `name`. Modules are imported at first use and may be dropped again: they hold no state."""

ROUTES = """
/ GET pages.index
/favicon.svg GET pages.favicon
/gpio GET gpio.index PUT gpio.batch POST gpio.batch
/gpio/* GET gpio.read PUT gpio.write POST gpio.write
/pins GET pins.index
/adc GET adc.index
/adc/* GET adc.read
/dht GET dht.get
/time GET time.get
/time/sync POST time.sync
/weather GET weather.get
/thingspeak GET thingspeak.get POST thingspeak.post
/proxy GET proxy.index
/proxy/* GET proxy.get
/wifi GET wifi.get PUT wifi.put
/wifi/networks GET wifi.networks
/setup GET pages.setup
/config GET config.get PATCH config.patch
/status GET status.get
/health GET status.health
/reset POST status.reset
/update GET update.get PUT update_put.put
"""


def find_route(path):
    """(["GET", "module.function", …], arguments) of a path, or (None, None). A slash at its end is ignored."""
    if path[-1:] == "/" and path[-2:-1] not in ("/", ""):
        path = path[:-1]
    at = -1 if "*" in path else _find(path)
    if at >= 0:
        return _entry(at), {}
    cut = path.rfind("/")
    if 0 < cut < len(path) - 1:
        at = _find(path[:cut] + "/*")
        if at >= 0:
            name = path[cut + 1 :]
            if "%" in name:
                from ..http.urlencoded import urldecode

                name = urldecode(name)
            return _entry(at), {"name": name}
    return None, None


def _find(path):
    return ROUTES.find("\n%s " % path) if " " not in path and "\n" not in path else -1


def _entry(at):
    return ROUTES[ROUTES.find(" ", at) + 1 : ROUTES.find("\n", at + 1)].split(" ")


def load_handler(target):
    """The function that "module.function" names."""
    from ..overlay import load_overlay  # here: on a board this package is imported before the bundle has its names

    module, function = target.split(".")
    return getattr(load_overlay("routes." + module), function)


def body_limit(path):
    """Largest body in bytes of a path that takes more than the usual; 0 for all others."""
    return 1 << 19 if path in ("/update", "/update/") else 0
