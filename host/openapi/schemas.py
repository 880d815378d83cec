"""What answers and bodies look like: the schemas that have a name. Members that are not listed may come with a later version."""

from host.openapi.words import (
    BOOL,
    COUNT,
    INSTANT,
    INTEGER,
    LEVEL,
    NUMBER,
    TEXT,
    TRUE,
    among,
    array,
    between,
    either,
    maybe,
    obj,
    ref,
)  # fmt: skip

_WORDS = ("on", "off", "high", "low", "true", "false", "toggle")
_LEVELS = "^([01](\\.0)?|" + "|".join("".join(f"[{c}{c.upper()}]" for c in word) for word in _WORDS) + ")$"
_LAST = {"stale": TRUE, "error": TEXT}  # what comes beside the last good values after a failure
_EVENTS = ("press", "release", "hold", "double")
_MODE = among("in", "out", "open_drain", "pwm")
_SERVICE_STATES = among("ok", "starting", "waiting", "failing", "stopped")


def schemas(esp8266: bool) -> dict[str, dict]:
    """The schemas by their names."""
    return {**_changes(esp8266), **_pins(), **_sensors(), **_servers(), **_wifi(), **_board(), **_alarms()}


def frequency(esp8266: bool) -> dict:
    return between(1, 1000 if esp8266 else 40_000_000)


def _changes(esp8266: bool) -> dict[str, dict]:
    share = either(between(0, 1), {"type": "string", "pattern": "^(0|1|0\\.[0-9]{1,4})$"})
    seconds = either(between(0.001, 86400), {"type": "string", "pattern": "^[1-9][0-9]{0,3}(\\.[0-9]{1,3})?$"})
    pull, state = among("up", "down", "none"), ref("Level")

    def one(title: str, required: dict, optional: dict | None = None) -> dict:
        return obj(required, optional, title=title, additionalProperties=False)

    return {
        "Level": {
            **either(BOOL, {"type": "number", "enum": [0, 1]}, {"type": "string", "pattern": _LEVELS}),
            "description": "`1` `on` `high` `true`, `0` `off` `low` `false`, `toggle`; upper or lower case",
        },
        "PinChange": {
            "description": "What to do with a pin. for: seconds after which it goes back; freq: Hz",
            **either(
                one("Drive", {"state": state}, {"for": seconds, "mode": among("out"), "pull": among("none")}),
                one("DriveOpenDrain", {"state": state, "mode": among("open_drain")}, {"for": seconds, "pull": pull}),
                one("MakeInput", {"mode": among("in", "open_drain")}, {"pull": pull}),
                one("MakeOutput", {"mode": among("out")}, {"pull": among("none")}),
                one("Pull", {"pull": pull}),
                one("Dim", {"pwm": share}, {"freq": frequency(esp8266), "for": seconds}),
                one("Frequency", {"freq": frequency(esp8266)}),
            ),
        },
        "PinChanges": {
            "type": "object", "minProperties": 1, "propertyNames": {"minLength": 1},
            "additionalProperties": either(ref("PinChange"), state),
            "description": 'Pins by number or name: {"D5":1,"D6":{"state":0}}; all or nothing. Or one: {"pin":"D5","state":1}.',
        },
    }  # fmt: skip


def _pins() -> dict[str, dict]:
    pin = obj(
        {"pin": COUNT, "name": TEXT, "mode": _MODE, "state": LEVEL},
        {"pull": among("up", "down"), "pwm": between(0, 1), "freq": COUNT, "invert": TRUE, "for": between(0, 86400),
         "warning": TEXT, "rev": COUNT, "was": between(0, 1),
         "button": obj({"event": maybe(TEXT)} | dict.fromkeys(_EVENTS, COUNT), {"polled": TRUE}), "by": among("link")},
        description="rev: its revision, in answers to questions; was: the state or share before, in answers to changes",
    )  # fmt: skip
    capabilities = among("input", "output", "open_drain", "pull_up", "pull_down", "pwm", "adc", "adc2")
    mapped = obj({
        "pin": either(COUNT, among("A0")), "name": TEXT, "aliases": array(TEXT), "capabilities": array(capabilities),
        "verdict": among("ok", "boot", "input-only", "reserved", "forbidden"), "why": maybe(TEXT), "used_by": maybe(TEXT),
    })  # fmt: skip
    adc = obj({
        "pin": either(COUNT, among("A0")), "name": TEXT, "raw": between(0, 65535, "integer"),
        "max": {"type": "integer", "const": 65535}, "volts": NUMBER,
    })  # fmt: skip
    link = obj(
        {"when": TEXT, "do": TEXT, "count": COUNT, "last": maybe(COUNT), "age": maybe(COUNT), "why": maybe(TEXT)},
        {"else": TEXT, "silent": TEXT, "value": {"type": ["number", "string", "null"]}, "state": maybe(BOOL)},
    )  # fmt: skip
    return {
        "Pin": pin,
        "PinList": obj({"pins": array(ref("Pin"))}, {"rev": COUNT}),
        "Map": obj({"board": TEXT, "chip": TEXT, "title": TEXT, "layout": TEXT, "pins": array(ref("MapPin"))}),
        "MapPin": mapped,
        "Link": link,
        "LinkPart": obj({"part": among("do", "else", "silent")}),
        "Links": obj({"links": array(ref("Link"))}),
        "Adc": adc,
        "AdcList": obj({"adc": array(ref("Adc"))}),
    }


def _sensors() -> dict[str, dict]:
    dht = obj(
        {"pin": COUNT, "name": TEXT, "type": among("dht11", "dht22"), "temperature": maybe(between(-40, 80)),
         "humidity": maybe(between(0, 100)), "age": maybe(between(0, 90000)), "errors": COUNT, "reads": COUNT},
        {**_LAST, "hint": TEXT},
    )  # fmt: skip
    sensor = obj(
        {"name": TEXT, "type": TEXT, "values": {"type": "object", "additionalProperties": obj({"value": NUMBER, "unit": TEXT})},
         "age": maybe(between(0, 90000)), "errors": COUNT},
        _LAST,
    )  # fmt: skip
    time = {
        "unix": COUNT, "unix_ms": COUNT, "utc": INSTANT, "local": maybe(INSTANT), "timezone": TEXT, "synced": TRUE, "age": COUNT,
        "server": TEXT, "stratum": between(0, 16, "integer"), "error_ms": COUNT,
    }  # fmt: skip
    lines = {**array({**TEXT, "maxLength": 64}), "minItems": 1, "maxItems": 8}
    glass = {"lines": array(TEXT), "screen": maybe(COUNT), "screens": COUNT}
    return {
        "Display": obj({"there": BOOL, **glass}, {"for": maybe(NUMBER), "error": maybe(TEXT)}),
        "DisplayChange": obj({"lines": lines}, {"for": between(0.001, 86400)}),
        "DisplayChanged": obj({"lines": array(TEXT), "for": NUMBER, "was": array(TEXT)}),
        "Dht": dht,
        "DhtList": obj({"dht": array(ref("Dht"))}),
        "Sensor": sensor,
        "SensorList": obj({"sensors": array(ref("Sensor"))}),
        "Time": obj(time, _LAST),
        "TimeSync": obj({**time, "offset_ms": maybe(INTEGER), "was": maybe(INTEGER)}, _LAST),
    }


def _servers() -> dict[str, dict]:
    fields = {f"field{n}": maybe(TEXT) for n in range(1, 9)}
    value = {"type": ["string", "number", "boolean", "null"]}
    entry = dict.fromkeys([*fields, "status", "lat", "long", "latitude", "longitude", "elevation", "created_at"], value)
    number = maybe(NUMBER)
    return {
        "Weather": obj(
            {"city": maybe(TEXT), "lat": number, "lon": number, "observed": number, "temperature": NUMBER, "temperature_k": NUMBER,
             "feels_like": number, "humidity": number, "pressure": number, "wind_speed": number, "description": maybe(TEXT),
             "provider": among("open-meteo", "openweather"), "attribution": TEXT, "age": COUNT},
            _LAST,
        ),
        "Channel": obj({"channel": COUNT, "feeds": array(ref("ChannelEntry")), "age": COUNT}, _LAST),
        "ChannelEntry": {"type": "object", "properties": {"created_at": TEXT, "entry_id": COUNT, **fields}},
        "NewEntry": {"type": "object", "minProperties": 1, "properties": entry, "additionalProperties": False},
        "EntryNumber": obj({"entry_id": COUNT}),
        "Upstreams": obj({"upstreams": array(obj({"name": TEXT, "server": TEXT}))}),
        "UpstreamAnswer": obj(
            {"name": TEXT, "status": between(100, 599, "integer"), "reason": TEXT, "age": COUNT},
            {"json": {}, "text": TEXT, **_LAST},
            description="json: its answer if that is JSON (or the part of it that `pick` names), else text",
        ),
    }  # fmt: skip


def _wifi() -> dict[str, dict]:
    state = {
        "state": among("connected", "access-point", "connecting"),
        "mode": among("station", "access-point", "station+access-point"),
        "hostname": TEXT, "ssid": maybe(TEXT), "ip": maybe(TEXT), "rssi": maybe(INTEGER), "networks": array(TEXT),
        "access_point": obj({"active": BOOL}, {"ssid": TEXT, "ip": TEXT, "clients": COUNT}),
        "trial": maybe(obj({"result": TEXT, "reason": TEXT, "ssid": TEXT, "state": among("trying", "connected", "failed"),
                            "status": INTEGER, "ip": maybe(TEXT)})),
    }  # fmt: skip
    address = {"netmask": TEXT, "gateway": TEXT, "dns": TEXT}
    event = {"event": TEXT, "reason": TEXT, "ssid": maybe(TEXT), "time": maybe(COUNT), "age": COUNT, "count": COUNT, "since": COUNT}
    network = {"ssid": TEXT, "rssi": INTEGER, "channel": COUNT, "secure": BOOL, "known": BOOL}
    words = "8 to 64 bytes; none: an open network"
    password = {"type": ["string", "null"], "maxLength": 64, "pattern": "^(.{8,})?$", "description": words}
    wanted = obj(
        {"ssid": {"type": "string", "minLength": 1, "maxLength": 32}},
        {"password": password, "keep": {**BOOL, "description": "keep the networks that are known, too"}},
        additionalProperties=False,
    )
    return {
        "Wifi": obj(state, {**address, "mac": TEXT, "events": array(obj(event))}, description="mac, events: not in GET /status"),
        "WifiNetworks": obj({"networks": array(obj(network)), "age": COUNT}),
        "WifiCredentials": wanted,
        "WifiTrial": obj({
            "trial": obj({"ssid": TEXT, "state": among("trying")}),
            "was": obj({"state": among("connected", "not connected"), "ssid": maybe(TEXT)}), "poll": TEXT,
        }),
    }  # fmt: skip


def _board() -> dict[str, dict]:
    count = maybe(COUNT)
    service = obj({
        "state": _SERVICE_STATES, "last_success": maybe(INTEGER), "error": maybe(TEXT), "waiting": count, "delivered": count,
        "lost": count,
    })  # fmt: skip
    status = {
        "version": TEXT, "board": TEXT, "chip": TEXT, "uptime": COUNT, "reset_cause": TEXT,
        "mode": among("starting", "normal", "safe"), "heap_free": COUNT, "heap_min": COUNT, "heap_total": COUNT,
        "flash_free": COUNT, "loop_lag_ms": COUNT, "connections": COUNT,
        "counters": obj({"requests": COUNT, "errors": COUNT, "refused": COUNT, "timeouts": COUNT}),
        "token": BOOL, "warnings": array(TEXT), "ip": maybe(TEXT), "wifi": ref("Wifi"),
        "dns": obj({"state": among("ok", "silent"), "pauses": COUNT, "longest_ms": COUNT, "retry_after": count}),
        "services": {"type": "object", "additionalProperties": ref("Service")},
    }  # fmt: skip
    nothing = {"type": "null"}
    line = obj({"event": TEXT, "text": TEXT, "times": COUNT, "uptime": COUNT, "unix": count, "starts_ago": COUNT})
    return {
        "Service": service,
        "Log": obj({"log": array(line)}),
        "Status": obj(status, {
            "gpio": either(ref("PinList"), ref("Problem"), nothing), "dht": either(ref("DhtList"), ref("Problem"), nothing),
            "sensors": either(ref("SensorList"), ref("Problem"), nothing),
            "adc": either(ref("AdcList"), ref("Problem"), nothing), "time": either(ref("Time"), ref("Problem"), nothing),
        }, description="gpio, dht, sensors, adc, time: with all=1"),
        "Health": obj({"status": among("ok", "degraded"), "uptime": COUNT}, {"failing": array(TEXT), "detail": TEXT}),
        "HealthFailing": obj({"status": among("failing"), "detail": TEXT}),
        "Restarting": obj({"status": among("restarting"), "uptime": COUNT}),
        "ConfigForms": obj({"columns": array(TEXT), "rows": array(array({}))}),
        "ConfigChanged": obj({"restart": array(TEXT), "warnings": array(TEXT), "config": ref("Config")}),
        "Update": obj({"running": maybe(TEXT), "trial": BOOL, "before": maybe(TEXT), "failed": maybe(TEXT), "next": maybe(TEXT),
                       "enabled": BOOL, "parts": array(TEXT), "format": among("romfs", "tar"), "max": COUNT,
                       "signed": maybe(TEXT)}),
        "Updated": obj({"id": TEXT, "was": maybe(TEXT), "status": among("restarting")}),
    }  # fmt: skip


def _alarms() -> dict[str, dict]:
    shown = {
        "id": TEXT, "do": TEXT, "enabled": BOOL, "state": among("idle", "ringing", "snoozed"), "next": maybe(INTEGER),
        "next_iso": maybe(INSTANT), "last": maybe(INTEGER), "until": maybe(INTEGER), "why": maybe(TEXT), "error": maybe(TEXT),
    }  # fmt: skip
    words = "Beside its settings: when it is due next, or why not, how it went. was: settings, or state, before a change"
    return {
        "Alarm": {**obj(shown, {"was": {"type": ["object", "string", "null"]}}), "description": words},
        "AlarmGone": obj({"was": {"type": "object"}}),
        "Alarms": obj({"alarms": array(ref("Alarm"))}),
    }
