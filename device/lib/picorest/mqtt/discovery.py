"""What Home Assistant's MQTT discovery is told, so that pins and sensors appear there by themselves. Not on an ESP8266.

Format: https://www.home-assistant.io/integrations/mqtt#mqtt-discovery"""

import json
from binascii import hexlify

from ..dht.sampler import PIN
from .topics import label, named

_SENSORS = (("temperature", "°C"), ("humidity", "%"))
_CLASSES = const("temperature humidity pressure")


def entries(app, base):
    """(topic, text) for each pin with a name and each sensor, and an empty text for each pin that has none any more."""
    own = hexlify(app.board.unique_id()).decode()
    hostname = app.config.get("hostname")
    device = {
        "identifiers": ["picorest-" + own],
        "name": hostname,
        "manufacturer": "picorest",
        "model": app.board.name,
        "sw_version": app.version,
        "configuration_url": "http://%s/" % app.wifi.address(),
    }
    known = {line.gpio: line for line in named(app)}
    for row in app.board.rows.strip("\n").split("\n"):
        mark, name = row.split(" ", 2)[:2]
        if not mark.isdigit():
            continue
        line = known.get(int(mark))
        for kind in ("switch", "binary_sensor"):
            topic = _topic(kind, own, name)
            if line is None or (line.mode == "in") != (kind == "binary_sensor"):
                yield topic, ""
                continue
            made = _entry(device, base, "%s-%s" % (own, name), _name(line), "gpio/" + name)
            if kind == "switch":
                made["command_topic"] = "%s/gpio/%s/set" % (base, name)
            yield topic, json.dumps(made)
    for name, what, unit in _measured(app):
        id = "%s-%s" % (name, what)
        made = _entry(device, base, "%s-%s" % (own, id), "%s %s" % (name, what), "sensor/%s/%s" % (name, what))
        made.update({"state_class": "measurement", "unit_of_measurement": unit, "expire_after": 120})
        if what in _CLASSES.split():
            made["device_class"] = what
        yield _topic("sensor", own, id), json.dumps(made)


def _measured(app):
    # (what the sensor is called, quantity, unit)
    for sensor in app.dht.list if app.dht else ():
        for what, unit in _SENSORS:
            yield label(app, sensor[PIN]), what, unit
    for name, what, unit, _ in app.sensors.readings() if app.sensors else ():
        yield name, what, "%" if unit == "%RH" else unit


def _topic(kind, own, id):
    return "homeassistant/%s/picorest-%s/%s/config" % (kind, own, id)


def _name(line):
    # as in its JSON, see gpio/pins.py
    return json.loads(line.start[line.start.find(b":", 7) + 1 : -9])


def _entry(device, base, id, name, topic):
    return {
        "unique_id": "picorest-" + id,
        "name": name,
        "state_topic": "%s/%s" % (base, topic),
        "availability_topic": base + "/status",
        "device": device,
    }
