"""What Home Assistant's MQTT discovery takes, as its pages for switch, binary_sensor and sensor over MQTT have it.

https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery, /switch.mqtt/, /binary_sensor.mqtt/, /sensor.mqtt/, and /sensor/
for which unit a device class can have."""

import json
import re

from hosttests.support import openapi_tools

PLACE = re.compile(r"homeassistant/(switch|binary_sensor|sensor)/([A-Za-z0-9_-]+)/([A-Za-z0-9_-]+)/config")
_TEXT = {"type": "string", "minLength": 1}
_TOPIC = {"type": "string", "pattern": "^[^+#\\x00]+$", "maxLength": 65535}
_SECONDS = {"type": "integer", "minimum": 1}
_DEVICE = {
    "type": "object",
    "properties": {
        "identifiers": {"type": "array", "items": _TEXT, "minItems": 1}, "name": _TEXT, "manufacturer": _TEXT, "model": _TEXT,
        "model_id": _TEXT, "sw_version": _TEXT, "hw_version": _TEXT, "serial_number": _TEXT, "suggested_area": _TEXT,
        "configuration_url": {"type": "string", "pattern": "^(https?|homeassistant)://[^/ ]+"},
    },
    "required": ["identifiers", "name"], "additionalProperties": False,
}  # fmt: skip
_COMMON = {
    "unique_id": _TEXT, "name": _TEXT, "availability_topic": _TOPIC, "payload_available": _TEXT, "payload_not_available": _TEXT,
    "device": _DEVICE, "icon": _TEXT, "entity_category": {"enum": ["config", "diagnostic"]}, "qos": {"enum": [0, 1, 2]},
    "state_topic": _TOPIC, "value_template": _TEXT,
}  # fmt: skip
_SWITCH = {"payload_on": _TEXT, "payload_off": _TEXT, "state_on": _TEXT, "state_off": _TEXT, "optimistic": {"type": "boolean"}}
_KINDS = {
    "switch": ({**_SWITCH, "command_topic": _TOPIC, "retain": {"type": "boolean"}}, ["command_topic"]),
    "binary_sensor": ({"payload_on": _TEXT, "payload_off": _TEXT, "expire_after": _SECONDS}, ["state_topic"]),
    "sensor": (
        {"device_class": _TEXT, "unit_of_measurement": _TEXT, "expire_after": _SECONDS,
         "state_class": {"enum": ["measurement", "measurement_angle", "total", "total_increasing"]},
         "suggested_display_precision": {"type": "integer", "minimum": 0}},
        ["state_topic"],
    ),
}  # fmt: skip
_UNITS = {
    "temperature": {"°C", "°F", "K"}, "humidity": {"%"},
    "pressure": {"cbar", "bar", "hPa", "mmHg", "inHg", "inH₂O", "kPa", "mbar", "Pa", "mPa", "psi"},
}  # fmt: skip


def entities(said: dict[str, list[str]]) -> dict[str, dict]:
    """{"switch GPIO25": entry, …} of what was said on the topics of the discovery, of each the last; AssertionError where Home
    Assistant would not take one, or take two for the same."""
    openapi_tools.importable()
    import jsonschema

    found = {}
    for topic, texts in said.items():
        if not topic.startswith("homeassistant/"):
            continue
        place = PLACE.fullmatch(topic)
        assert place, f"{topic} is no topic of the discovery"
        for text in filter(None, texts):
            entry = json.loads(text)
            properties, required = _KINDS[place[1]]
            schema = {"type": "object", "properties": _COMMON | properties, "required": ["unique_id", "device", *required],
                      "additionalProperties": False}  # fmt: skip
            jsonschema.Draft202012Validator(schema).validate(entry)
            kind, unit = entry.get("device_class"), entry.get("unit_of_measurement")
            assert place[1] != "sensor" or unit in _UNITS.get(kind, {unit}), f"{kind} in {unit}"
        if texts[-1]:
            found[f"{place[1]} {place[3]}"] = json.loads(texts[-1])
    numbers = [entry["unique_id"] for entry in found.values()]
    assert len(set(numbers)) == len(numbers), numbers
    return found
