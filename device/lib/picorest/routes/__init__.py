"""The endpoints, found by an index: one line per path, with MODULE.FUNCTION for each method; <…> stands for one segment, which the
function gets as its second argument. Modules are imported at first use and may be dropped again: they hold no state.

The index is made from the modules' decorators: ./deploy.sh check --fix writes it."""

# list: made of the modules' decorators
ROUTES = """
/ GET pages.index
/adc GET adc.index
/adc/<pin> GET adc.read
/alarms GET alarms.index POST alarm_changes.post
/alarms/<id> GET alarms.one PUT alarm_changes.put DELETE alarm_changes.delete
/alarms/<id>/snooze POST alarms.snooze
/alarms/<id>/stop POST alarms.stop
/alarms/<id>/try POST alarms.rehearse
/config GET config.get PATCH config.patch
/config/schema GET pages.schema
/dht GET dht.get
/display GET display.get PUT display.put
/events GET events.get
/favicon.svg GET pages.favicon
/gpio GET gpio.index PUT gpio.batch POST gpio.batch
/gpio/<pin> GET gpio.read PUT gpio.write POST gpio.write
/health GET status.health
/links GET links.get
/links/<id>/try POST links.rehearse
/log GET log.get
/metrics GET metrics.get
/openapi.json GET pages.openapi
/pins GET pins.index
/proxy GET proxy.index
/proxy/<name> GET proxy.get
/reset POST status.reset
/sensors GET sensors.index
/sensors/<name> GET sensors.get
/setup GET pages.setup
/status GET status.get
/thingspeak GET thingspeak.get POST thingspeak.post
/time GET time.get
/time/sync POST time.sync
/update GET update.get PUT update_put.put
/weather GET weather.get
/wifi GET wifi.get PUT wifi.put
/wifi/networks GET wifi.networks
"""


def find_route(path):
    """(["GET", "module.function", …], arguments) of a path, or (None, None). A slash at its end is ignored."""
    if path[-1:] == "/" and path[-2:-1] not in ("/", ""):
        path = path[:-1]
    at = _line(path, " ")
    args = {}
    if at < 0:
        cut = path.rfind("/") + 1
        end = len(path)
        at = _line(path[:cut], "<") if 1 < cut < end else -1
        if at < 0:  # as in /alarms/<id>/stop
            end = cut - 1
            cut = path.rfind("/", 0, max(end, 0)) + 1
            at = _line(path[:cut] + path[end:], "", cut) if 1 < cut < end else -1
        if at < 0:
            return None, None
        value = path[cut:end]
        if "%" in value:
            from ..http.urlencoded import urldecode

            value = urldecode(value)
        args[ROUTES[at + cut + 2 : ROUTES.find(">", at)]] = value
    return ROUTES[ROUTES.find(" ", at) + 1 : ROUTES.find("\n", at + 1)].split(" "), args


def _line(start, mark, cut=0):
    # a client may not say the index's own marks
    if "<" in start or " " in start or "\n" in start:
        return -1
    return ROUTES.find("\n%s<id>%s " % (start[:cut], start[cut:]) if cut else "\n%s%s" % (start, mark))


def load_handler(target):
    """The function that "module.function" names."""
    from ..overlay import load_overlay  # here: on a board this package is imported before the bundle has its names

    module, function = target.split(".")
    return getattr(load_overlay("routes." + module), function)  # name: one of the index


def problem_page(req, res):
    """The Response of a problem as a page. MemoryError if there is no room for it."""
    from ..overlay import act

    return act(req.app, "routes.html", "problem")(req, res)


def body_limit(path):
    """Largest body in bytes of a path that takes more than the usual; 0 for all others."""
    return 1 << 19 if path in ("/update", "/update/") else 0
