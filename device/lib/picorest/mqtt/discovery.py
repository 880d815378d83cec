"""What Home Assistant's MQTT discovery is told, so that pins and sensors appear there by themselves. Not on an ESP8266.

Format: https://www.home-assistant.io/integrations/mqtt#mqtt-discovery"""

import json
from binascii import hexlify

from ..dht.sampler import PIN
from ..sensors import MEASURES, NAME, VALUES
from .topics import label, named

_SENSORS = (("temperature", "°C"), ("humidity", "%"))
_CLASSES = const("temperature humidity pressure")


def entries(app, base):
    """(topic, text) for each pin with a name and each DHT, and an empty text for each pin that has none any more."""
    own, device = _device(app)
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
    for sensor in app.dht.list if app.dht else ():
        for what, unit in _SENSORS:
            yield _sensor(device, base, own, label(app, sensor[PIN]), what, unit)


def others(app, base):
    """(topic, text) for each quantity of the sensors but DHTs that gave a reading; an empty text for what the chip that
    is there has not, such as the humidity of a BMP280."""
    own, device = _device(app)
    for sensor in app.sensors.list:
        words = sensor[MEASURES].split(" ")
        there = len(sensor[VALUES] or ())
        for n in range(len(words) // 2 if there else 0):
            topic, text = _sensor(device, base, own, sensor[NAME], words[2 * n], words[2 * n + 1].replace("%RH", "%"))
            yield topic, text if n < there else ""


def _device(app):
    # (the board's own number, what is said of it with each entry)
    own = hexlify(app.board.unique_id()).decode()
    return own, {
        "identifiers": ["picorest-" + own],
        "name": app.config.get("hostname"),
        "manufacturer": "picorest",
        "model": app.board.name,
        "sw_version": app.version,
        "configuration_url": "http://%s/" % app.wifi.address(),
    }


def _sensor(device, base, own, name, what, unit):
    id = "%s-%s" % (name, what)
    made = _entry(device, base, "%s-%s" % (own, id), "%s %s" % (name, what), "sensor/%s/%s" % (name, what))
    made.update({"state_class": "measurement", "unit_of_measurement": unit, "expire_after": 120})
    if what in _CLASSES.split():
        made["device_class"] = what
    return _topic("sensor", own, id), json.dumps(made)


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
