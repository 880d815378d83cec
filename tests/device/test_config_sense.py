"""What a configuration is refused for although each of its values is sound by itself."""

from expect import equal
from fakes.gpio import board as board_called
from picorest.config.consistency import check

NODEMCU = board_called("nodemcu")


def refusal(data, old=(), board=None):
    """The key that is at fault, or None."""
    try:
        check(data, dict(old), board)
    except ValueError as e:
        assert e.args[0] in e.args[1], e.args
        return e.args[0]


def written(source, **more):
    return dict(more, thingspeak={"write": {"fields": {"1": source}}})


DHT = [{"pin": "D2", "type": "dht22"}]


def test_what_can_be_written_to_a_field():
    for source in (
        "dht.D2.temperature", "dht.d2.humidity", "adc.A0.volts", "adc.A0.raw", "adc.A0", "pin.D5", "pin.14", "pin.Lamp",
        "pin.desk lamp", "status.uptime", "status.rssi", "status.heap_free",
    ):  # fmt: skip
        pins = {"D5": {"name": "lamp"}, "D6": {"name": "desk lamp"}}
        for board in (None, NODEMCU):
            equal(refusal(written(source, dht=DHT, pins=pins), board=board), None)
    equal(refusal(written("dht.4.temperature", dht=DHT), board=NODEMCU), None)  # D2 by its number


def test_a_source_with_a_typing_mistake_is_refused_and_what_is_possible_told():
    for source in (
        "dht.temperature", "dht.D2", "dht.D2.temp", "dht.D3.temperature", "DHT.D2.temperature", "temperature", "dht", ".", "",
        "adc.A0.volt", "status.up", "status", "status.uptime rssi", "pins.D5", "dht.D2.temperature.x", "bme.D2.temperature",
    ):  # fmt: skip
        for board in (None, NODEMCU):
            equal((source, refusal(written(source, dht=DHT), board=board)), (source, "thingspeak.write.fields.1"))
    # what is not there, what the board needs itself, and what a sensor is on, is never told
    pins = {"RX": {"name": "in"}, "D99": {"name": "far"}}
    for source in (
        "pin.D99", "pin.nolamp", "adc.D5.raw", "adc.A7", "pin.",
        "pin.RX", "pin.1", "pin.CLK", "pin.D2", "pin.4", "pin.in", "pin.far",
    ):  # fmt: skip
        found = refusal(written(source, dht=DHT, pins=pins), board=NODEMCU)
        equal((source, found), (source, "thingspeak.write.fields.1"))
    try:
        check(written("dht.temperature"), {}, None)
    except ValueError as e:
        assert "dht.PIN.temperature" in e.args[1] and "status.rssi" in e.args[1], e.args[1]


def test_fields_pins_and_commands():
    for key, cloud in (
        ("thingspeak.write.fields.9", {"write": {"fields": {"9": "status.rssi"}}}),
        ("thingspeak.write.fields.field1", {"write": {"fields": {"field1": "status.rssi"}}}),
        ("thingspeak.read.pins.0", {"read": {"pins": {"0": "D1"}}}),
        ("thingspeak.read.pins.1", {"read": {"pins": {"1": "D99"}}}),
        ("thingspeak.write.led", {"write": {"led": "lamp"}}),
        ("thingspeak.talkback.commands.ON", {"talkback": {"commands": {"ON": "D1"}}}),
        ("thingspeak.talkback.commands.ON", {"talkback": {"commands": {"ON": "D1=hot"}}}),
        ("thingspeak.talkback.commands.ON", {"talkback": {"commands": {"ON": "D1=1,nolamp=0"}}}),
        ("thingspeak.talkback.commands.ON", {"talkback": {"commands": {"ON": "D1=1,"}}}),
    ):
        equal(refusal({"thingspeak": cloud}, board=NODEMCU), key)
    talkback = {"commands": {"ON": "D1=1, Lamp = toggle"}}
    sound = {"read": {"pins": {"1": "D1", "8": 12}}, "write": {"led": "D4"}, "talkback": talkback}
    equal(refusal({"thingspeak": sound, "pins": {"D5": {"name": "lamp"}}}, board=NODEMCU), None)


def test_no_pin_twice_and_no_name_twice():
    for pins, key in (
        ({"D5": {"name": "lamp"}, "D6": {"name": "Lamp"}}, "pins.D6.name"), ({"D5": {}, "14": {}}, "pins.14"),
        ({"D5": {}, "d5": {"name": "x"}}, "pins.d5"), ({"D5": {"name": "lamp"}, "D6": {"name": "fan"}, "D7": {}, "D1": {}}, None),
    ):  # fmt: skip
        found = refusal({"pins": pins}, board=NODEMCU)
        # the order of members is not kept
        assert found == key or key and found in ("pins.D5", "pins.D5.name"), (pins, found)


def test_what_stays_as_it_was_is_not_looked_at_again():
    bad = written("dht.temperature", hostname="a")
    equal(refusal(dict(bad, hostname="b"), bad), None)
    cloud = dict(bad["thingspeak"], write_key="W")
    equal(refusal(dict(bad, thingspeak=cloud), bad), None)
    equal(refusal(dict(bad, dht=DHT), bad), "thingspeak.write.fields.1")


def test_a_name_that_another_pin_has_already():
    for name in ("D6", "d6", "12", "GPIO12", "012", "SD3", "led", "A0", "a0"):
        equal((name, refusal({"pins": {"D5": {"name": name}}}, board=NODEMCU)), (name, "pins.D5.name"))
    for name in ("D5", "14", "lamp", "D99", "D6a", "A1"):
        equal((name, refusal({"pins": {"D5": {"name": name}}}, board=NODEMCU)), (name, None))
    equal(refusal({"pins": {"D5": {"name": "D6"}}}), None)  # who knows what board it is


def test_a_pin_is_for_one_thing():
    for key, data in (
        ("dht[1].pin", {"dht": DHT + DHT}),
        ("dht[1].pin", {"dht": DHT + [{"pin": 4, "type": "dht11"}]}),
        ("dht[0].pin", {"dht": DHT, "pins": {"4": {"mode": "out"}}}),
        ("dht[0].pin", {"dht": DHT, "pins": {"D2": {"safe": 1}}}),
        ("dht[0].pin", {"dht": DHT, "pins": {"D2": {"pull": "up"}}}),
        ("pins.14", {"pins": {"D5": {"name": "a"}, "14": {"name": "b"}}}),
        ("thingspeak.write.led", {"dht": DHT, "thingspeak": {"write": {"led": "D2"}}}),
        ("thingspeak.read.pins.1", {"pins": {"D5": {"name": "a", "mode": "in"}}, "thingspeak": {"read": {"pins": {"1": "a"}}}}),
        ("thingspeak.read.pins.1", {"pins": {"14": {"mode": "in"}}, "thingspeak": {"read": {"pins": {"1": "D5"}}}}),
        ("thingspeak.read.pins.1", {"pins": {"D5": {"pull": "up"}}, "thingspeak": {"read": {"pins": {"1": 14}}}}),
        ("thingspeak.read.pins.2", {"thingspeak": {"read": {"pins": {"2": 6}}}}),
        ("thingspeak.read.pins.2", {"thingspeak": {"read": {"pins": {"2": "RX"}}}}),
        ("thingspeak.write.led", {"thingspeak": {"write": {"led": 1}}}),
        ("thingspeak.talkback.commands.A", {"thingspeak": {"talkback": {"commands": {"A": "TX=1"}}}}),
        ("thingspeak.talkback.commands.A", {"dht": DHT, "thingspeak": {"talkback": {"commands": {"A": "D1=1,D2=0"}}}}),
    ):
        equal((data, refusal(data, board=NODEMCU)), (data, key))
    for data in (
        {"dht": DHT, "pins": {"D2": {"name": "hall"}, "D1": {"mode": "in"}}},
        {"pins": {"D5": {"mode": "out", "name": "lamp"}}, "thingspeak": {"read": {"pins": {"1": "lamp"}}, "write": {"led": "LED"}}},
    ):
        equal((data, refusal(data, board=NODEMCU)), (data, None))
    # a change of one part makes the other one wrong, too
    old = {"thingspeak": {"read": {"pins": {"1": "D5"}}}}
    equal(refusal(dict(old, pins={"D5": {"mode": "in"}}), old, NODEMCU), "thingspeak.read.pins.1")


def test_pins_of_sensors_and_displays_are_nobody_elses():
    board = board_called("esp32")
    old = {"pins": {"25": {"mode": "out"}, "26": {"mode": "in", "name": "bell", "button": {}}}}
    old["sensors"] = [{"name": "cellar", "type": "ds18b20", "pin": 4}]
    glass = {"sda": 21, "scl": 22}
    for key, more in (
        ("links[0].do", {"links": [{"when": "26", "do": "4.on"}]}),
        ("links[0].do", {"links": [{"when": "bell.press", "do": "22.on"}], "display": glass}),
        ("links[0].when", {"links": [{"when": "pin.4", "above": 0, "do": "25.on"}]}),
        ("alarms[0].do", {"alarms": [{"every": 5, "do": "GPIO4.on"}]}),
        ("alarms[0].button", {"alarms": [{"every": 5, "do": "25.on", "button": "25"}]}),
        ("thingspeak.write.led", {"thingspeak": {"write": {"led": 4}}}),
        ("thingspeak.read.pins.1", {"thingspeak": {"read": {"pins": {"1": 21}}}, "display": glass}),
        ("display.sda", {"display": {"sda": 4, "scl": 22}}),
        ("display.scl", {"display": {"sda": 21, "scl": 21}}),
        ("display.scl", {"display": {"sda": 21, "scl": 25}}),
        ("display.button", {"display": dict(glass, button="25")}),
        ("mqtt.topic", {"mqtt": {"host": "h", "topic": "house/+"}}),
        ("mqtt.topic", {"mqtt": {"host": "h", "topic": "#"}}),
        ("mqtt.password", {"mqtt": {"host": "h", "password": "p"}}),
    ):
        equal((more, refusal(dict(old, **more), board=board)), (more, key))
    air = {"name": "air", "type": "bme280", "sda": 21, "scl": 22}
    for more in (
        {"display": dict(glass, button="GPIO26"), "sensors": [air]}, {"display": dict(glass, button="Bell")},
        {"links": [{"when": "26.press", "do": "25.on"}, {"when": "GPIO26.hold", "do": "25.off"}, {"when": "5", "do": "25.on"}]},
        {"alarms": [{"every": 5, "do": "25.on", "button": "GPIO26"}]}, {"mqtt": {"host": "h", "topic": "a/b", "user": "u"}},
    ):  # fmt: skip
        equal((more, refusal(dict(old, **more), board=board)), (more, None))
    # a change of the sensors makes the others wrong, too
    old = {"alarms": [{"every": 5, "do": "13.on"}], "links": [{"when": "14", "do": "25.on"}]}
    new = dict(old, sensors=[{"name": "cellar", "type": "ds18b20", "pin": 13}])
    equal(refusal(new, old, board), "alarms[0].do")


def fixed(**static):
    return {"wifi": {"static": dict({"ip": "192.168.1.50", "gateway": "192.168.1.1"}, **static)}}


def test_fixed_addresses():
    for static in (
        {}, {"netmask": "255.255.0.0", "gateway": "192.168.77.1"}, {"netmask": "255.255.255.252", "ip": "192.168.1.2"},
        {"ip": "10.20.30.40", "gateway": "10.0.0.1", "netmask": "255.0.0.0", "dns": "8.8.8.8"}, {"dns": "192.168.1.1"},
        {"ip": "172.31.0.255", "gateway": "172.31.1.0", "netmask": "255.255.254.0"},
    ):  # fmt: skip
        equal((static, refusal(fixed(**static))), (static, None))
    for key, static in (
        ("gateway", {"gateway": "192.168.2.1"}), ("gateway", {"gateway": "192.168.1.0"}), ("gateway", {"gateway": "192.168.1.255"}),
        ("gateway", {"gateway": "192.168.1.50"}), ("ip", {"ip": "192.168.1.0"}), ("ip", {"ip": "192.168.1.255"}),
        ("ip", {"ip": "0.0.0.0", "gateway": "0.0.0.1"}), ("ip", {"ip": "255.255.255.255"}),
        ("ip", {"ip": "0.0.0.7", "gateway": "0.0.0.1"}),
        ("ip", {"ip": "127.0.0.2", "gateway": "127.0.0.1"}), ("ip", {"ip": "224.0.0.5", "gateway": "224.0.0.1"}),
        ("ip", {"ip": "192.168.4.1", "gateway": "192.168.4.2"}), ("ip", {"ip": "192.168.4.9", "gateway": "192.168.4.1"}),
        ("netmask", {"netmask": "255.255.0.255"}), ("netmask", {"netmask": "0.0.0.0"}), ("netmask", {"netmask": "255.255.255.255"}),
        ("netmask", {"netmask": "0.255.255.255"}), ("netmask", {"netmask": "255.255.255.254"}), ("dns", {"dns": "0.0.0.0"}),
        ("dns", {"dns": "255.255.255.255"}), ("dns", {"dns": "192.168.1.50"}),
        ("dns", {"dns": "192.168.1.255"}), ("dns", {"dns": "192.168.1.0"}),
    ):  # fmt: skip
        equal((static, refusal(fixed(**static))), (static, "wifi.static." + key))


def test_time_zones():
    equal(refusal({"timezone": "Europe/Berlin"}), "timezone")
    equal(refusal({"timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}), None)


def test_the_place_of_the_weather():
    for place in ("London,Ontario", "Paris,Texas", "Springfield,IL,US", "London,,GB", "Paris,7", " ", ",", "x,y"):
        equal((place, refusal({"weather": {"place": place}})), (place, "weather.place"))
    for place in ("London", "London,CA", "Paris, FR", "New York,US", "Paris,FR,", "Sankt Pölten,AT"):
        equal((place, refusal({"weather": {"place": place}})), (place, None))
    us = {"provider": "openweather", "place": "Springfield,IL,US"}  # it knows these
    equal(refusal({"weather": us}), None)
    equal(refusal({"weather": dict(us, place="Springfield,IL,CA")}), "weather.place")
    equal(refusal({"weather": {"lat": 1.0}}), "weather.lat")
    equal(refusal({"weather": {"lon": 1.0, "place": "Paris"}}), "weather.lon")
    equal(refusal({"weather": {"lat": 1.0, "lon": 2.0}}), None)
