"""What each operation takes and answers, by "METHOD /path" as in the index of routes."""

from host.openapi.schemas import frequency
from host.openapi.words import INTEGER, PLAIN, TEXT, among, between, either, ref

NAME = {**PLAIN, "minLength": 1}
PLACES = {
    "pin": {"description": "Its number, the name on the board, or the one of the configuration", "example": "D5"},
    "name": {"description": "As configured", "example": "catfact"},
    "id": {"description": "What the alarm is called; the place of the link in the list, from 1", "example": "wake"},
}  # of parts of paths

MORE = {  # where docs/api.md leads for more, by the first part of a path
    "page": "[below](#in-a-browser)", "favicon.svg": "[below](#in-a-browser)", "setup": "[wifi.md](wifi.md)",
    "gpio": "[below](#pins)", "pins": "[below](#the-map-of-the-board)", "adc": "[below](#analogue-inputs)",
    "dht": "[sensors.md](sensors.md#a-dht11-or-dht22)", "sensors": "[sensors.md](sensors.md#all-sensors-at-once)",
    "display": "[display.md](display.md)", "alarms": "[alarms.md](alarms.md)", "links": "[links.md](links.md)",
    "events": "[below](#events)", "time": "[below](#time)", "weather": "[upstreams.md](upstreams.md)",
    "thingspeak": "[upstreams.md](upstreams.md)", "proxy": "[upstreams.md](upstreams.md)", "wifi": "[wifi.md](wifi.md)",
    "config": "[configuration.md](configuration.md)", "status": "[below](#the-board-itself)",
    "health": "[below](#the-board-itself)", "reset": "[below](#the-board-itself)", "log": "[recovery.md](recovery.md)",
    "metrics": "[metrics.md](metrics.md)",
    "openapi.json": "[below](#for-programs)", "update": "[update.md](update.md)",
}  # fmt: skip


def op(answers: dict | None = None, parameters: list | None = None, body: dict | None = None) -> dict:
    """answers: by status the schema, (media type, schema), or several of them in a list; None: there is no body."""
    answers = {200: {"type": "object"}} if answers is None else answers
    made = {}
    for status, several in answers.items():
        content = {}
        for answer in several if isinstance(several, list) else [several] if several else []:
            media, schema = answer if isinstance(answer, tuple) else ("application/json", answer)
            content[media] = {"schema": schema}
        made[str(status)] = {"description": _STATUS[status]} | ({"content": content} if content else {})
    return {"answers": made, "parameters": parameters or [], "body": body}


_STATUS = {200: "Done.", 201: "Written.", 202: "Begun.", 304: "Nothing has changed.", 503: "A part of the program does not run."}
ANY = op()  # of what this page knows nothing


def query(name: str, schema: dict, words: str, example: object = None) -> dict:
    found = {"name": name, "in": "query", "schema": schema, "description": words}
    return found if example is None else {**found, "example": example}


def body(schema: dict, media: str = "application/json", **examples: object) -> dict:
    """A body that is needed. It has one media type, though it is taken as JSON under any: makers of clients stumble over two."""
    content = {"schema": schema} | ({"examples": {n: {"value": value} for n, value in examples.items()}} if examples else {})
    return {"required": True, "content": {media: content}}


def operations(esp8266: bool) -> dict[str, dict]:  # long: one table
    """The operations of a board, with its limits."""
    form = "application/x-www-form-urlencoded"
    html = {200: ("text/html", TEXT), 304: None}
    examples = {"on": {"state": 1}, "lease": {"state": "on", "for": 2.5}, "dimmed": {"pwm": 0.25}}
    wait = [
        query("wait", between(0, 30), "Seconds to wait for a change; 304 if there is none"),
        query("since", INTEGER, "The `rev` of an earlier answer"),
    ]
    do = [
        query("state", ref("Level"), "Drive the pin; `1.0` is 1"),
        query("for", between(0.001, 86400), "Seconds, with `state` or `pwm`: then it is as before, or in its `safe` state"),
        query("mode", among("in", "out", "open_drain"), "Direction; an output keeps its level"),
        query("pull", among("up", "down", "none"), "Pull resistor of an input or open-drain output"),
        query("pwm", between(0, 1), "Share of the time for which the pin is high"),
        query("freq", frequency(esp8266), "Hz, with `pwm` or alone, else 1000; one for all pins of an ESP8266"),
        *wait,
    ]
    samples = [query("samples", between(1, 64, "integer"), "How many measurements the mean is made of")]
    pin = query("pin", NAME, "Number or name of a pin", "D5")
    pins = either(ref("PinList"), ref("Pin"))
    events = {} if esp8266 else {200: ("text/event-stream", TEXT)}
    return {
        "GET /": op({200: ("text/html", TEXT), 304: None}),
        "GET /adc": op({200: ref("AdcList")}, samples),
        "GET /adc/<pin>": op({200: ref("Adc")}, samples),
        "GET /alarms": op({200: ref("Alarms")}),
        "POST /alarms": op({201: ref("Alarm")}, body=body(ref("AlarmChange"), alarm={"at": "07:30", "do": "bell.on"})),
        "GET /alarms/<id>": op({200: ref("Alarm")}),
        "PUT /alarms/<id>": op(
            {200: ref("Alarm"), 201: ref("Alarm")}, body=body(ref("AlarmChange"), alarm={"at": "07:30", "do": "bell.on"})
        ),
        "DELETE /alarms/<id>": op({200: ref("AlarmGone")}),
        "POST /alarms/<id>/snooze": op({200: ref("Alarm")}),
        "POST /alarms/<id>/stop": op({200: ref("Alarm")}),
        "POST /alarms/<id>/try": op({200: ref("Alarm")}),
        "GET /config": op({200: ref("Config")}),
        "PATCH /config": op({200: ref("ConfigChanged")}, body=body(ref("ConfigChange"))),
        "GET /config/schema": op({200: ref("ConfigForms"), 304: None}),
        "GET /dht": op(
            {200: either(ref("DhtList"), ref("Dht"))}, [pin, query("type", among("dht11", "dht22"), "Set this sensor up")]
        ),
        "GET /display": op({200: ref("Display")}),
        "PUT /display": op({200: ref("DisplayChanged")}, body=body(ref("DisplayChange"), hello={"lines": ["Hello"], "for": 10})),
        "GET /events": op(events),
        "GET /favicon.svg": op({200: ("image/svg+xml", TEXT), 304: None}),
        "GET /gpio": op({200: pins, 304: None}, [pin, *do]),
        "PUT /gpio": op({200: pins}, body=body(ref("PinChanges"), two={"D5": 1, "D6": {"state": 0}})),
        "POST /gpio": op({200: pins}, body=body(ref("PinChanges"), one={"pin": "D5", "state": 1})),
        "GET /gpio/<pin>": op({200: ref("Pin"), 304: None}, do),
        "PUT /gpio/<pin>": op({200: ref("Pin")}, body=body(ref("PinChange"), **examples)),
        "POST /gpio/<pin>": op({200: ref("Pin")}, body=body(ref("PinChange"), form, **examples)),
        "GET /health": op({200: ref("Health"), 503: ref("HealthFailing")}),
        "GET /links": op({200: ref("Links")}),
        "POST /links/<id>/try": op({200: ref("Link")}, body=body(ref("LinkPart"), this={"part": "do"}) | {"required": False}),
        "GET /log": op({200: ref("Log")}),
        "GET /metrics": op({200: ("text/plain", TEXT)}),
        "GET /openapi.json": op({200: {"type": "object"}, 304: None}),
        "GET /pins": op({200: ref("Map")}),
        "GET /proxy": op({200: ref("Upstreams")}),
        "GET /proxy/<name>": op({200: ref("UpstreamAnswer")}, [query("as", among("json", "text", "bytes"), "Only that form")]),
        "POST /reset": op({202: ref("Restarting")}),
        "GET /sensors": op({200: [ref("SensorList"), ("text/csv", TEXT)]}),
        "GET /sensors/<name>": op({200: ref("Sensor")}),
        "GET /setup": op(html),
        "GET /status": op({200: ref("Status")}, [query("all", PLAIN, "1: and what a page about the board needs beside it")]),
        "GET /thingspeak": op({200: ref("Channel")}, [
            query("channel", between(1, 10**9, "integer"), "Another channel than the configured one"),
            query("field", between(1, 8, "integer"), "Only this field"),
            query("results", between(1, 12 if esp8266 else 25, "integer"), "How many entries"),
        ]),
        "POST /thingspeak": op({201: ref("EntryNumber")}, body=body(ref("NewEntry"), entry={"field1": 21.5})),
        "GET /time": op({200: ref("Time")}),
        "POST /time/sync": op({200: ref("TimeSync")}),
        "GET /update": op({200: ref("Update")}),
        "PUT /update": op({202: ref("Updated")}, [
            {**query("id", {**TEXT, "pattern": "^[0-9a-f]{1,16}$"}, "Name of the version"), "required": True},
            {**query("sha256", {**TEXT, "pattern": "^[0-9a-f]{64}$"}, "Its checksum"), "required": True},
            query("signed", {**TEXT, "pattern": "^[0-9]{1,10}$"}, "When it was signed, in Unix seconds"),
            query("signature", {**TEXT, "pattern": "^([0-9a-f]{64}|[0-9a-f]{128})$"}, "The signature of both"),
        ], body(TEXT, "application/octet-stream")),
        "GET /weather": op({200: ref("Weather")}, [
            query("city", {**PLAIN, "maxLength": 64}, "A city, or lat and lon; else the configured place", "Paris,FR"),
            query("lat", between(-90, 90), "Latitude"), query("lon", between(-180, 180), "Longitude"),
        ]),
        "GET /wifi": op({200: ref("Wifi")}),
        "PUT /wifi": op({202: ref("WifiTrial")}, body=body(ref("WifiCredentials"))),
        "GET /wifi/networks": op({200: ref("WifiNetworks")}),
    }  # fmt: skip
