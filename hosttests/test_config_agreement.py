"""What PATCH /config of a board says to a configuration, and what this computer says to it as a file: the same, for any."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from host.board import config_check
from hosttests.support.wifi import patient

pytestmark = [pytest.mark.world, pytest.mark.long, pytest.mark.boards("esp32")]

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12)
NUMBER = st.one_of(st.integers(-5, 70), st.floats(-1, 2))
ODD = st.one_of(st.none(), st.booleans(), NUMBER, TEXT, st.just([]), st.just({}), st.lists(TEXT, max_size=2))
PIN = st.sampled_from(["2", "D2", "4", "GPIO13", "99", "x y", "LED", 5, 49, -1])
ADDRESS = st.sampled_from("192.168.1.1 192.168.1.50 10.0.0.1 192.168.4.1 0.0.0.0 255.255.255.0 300.1.1.1 1.2.3".split())
SOURCE = st.sampled_from("dht.4.temperature dht.temperature pin.D5 pin.lamp status.rssi status.x adc.32.volts adc.5.raw .".split())
WHEN = st.sampled_from(
    ["13", "lamp", "lamp.press", "13.hold", "dht.4.temperature", "thingspeak.field1", "http://h.local door", "http://h a.b", "x"]
)
DO = st.sampled_from("lamp.on 13.toggle GPIO4.off cat.call thingspeak.field1.toggle display.show lamp.fade lamp.tune x .".split())
LINES = st.sampled_from(["{lamp}", "# {time.clock}", "{dht.4.humidity", "{weather.city}", "Zürich {hall.temperature}"])
ORDERS = st.sampled_from(["D5=1", "D5", "x=toggle", "13=1,lamp=0"])


def some(**members):
    """An object with some of these members, each as it should be or odd."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(kind, ODD) for name, kind in members.items()})


def most(**members):
    """The same, mostly sound."""
    return st.fixed_dictionaries({}, optional=members)


def sound(kind, **members):
    """Entries that have at least these members."""
    return kind.map(lambda entry: {**members, **entry})


def whole(part):
    return part(
        hostname=st.sampled_from(["shed", "my_shed", "-a", "a" * 33, "A1"]),
        auth=st.sampled_from(["write", "none"]),
        timezone=st.sampled_from(["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin", "X"]),
        allowed_origins=st.lists(st.sampled_from(["http://panel.local", "HTTP://X", "x"]), max_size=9),
        wifi=part(
            networks=st.lists(part(ssid=TEXT, password=TEXT), max_size=2),
            ap=part(ssid=TEXT, password=st.sampled_from(["12345678", "short"])),
            static=part(ip=ADDRESS, gateway=ADDRESS, netmask=ADDRESS, dns=ADDRESS), power_save=st.booleans(),
        ),
        pins=st.dictionaries(st.sampled_from(["D5", "13", "a b", "D99"]), part(
            name=st.sampled_from(["lamp", "desk lamp", ""]), mode=st.sampled_from(["in", "out", "up"]),
            pull=st.sampled_from(["up", "none"]), safe=st.integers(0, 2), invert=st.booleans(),
            button=part(active=st.integers(0, 1), hold=NUMBER)), max_size=2),
        dht=st.lists(part(pin=PIN, type=st.sampled_from(["dht22", "dht11", "dht12"])), max_size=2),
        ntp=part(servers=st.lists(TEXT, max_size=5)),
        weather=part(lat=st.floats(-91, 91), place=TEXT, url=st.just("ftp://x")),
        thingspeak=part(
            channel=st.integers(0, 2),
            write=part(every=st.integers(0, 20), fields=st.dictionaries(st.sampled_from("189"), SOURCE, max_size=2)),
            read=part(pins=st.dictionaries(st.sampled_from(["1", "0"]), PIN, max_size=2)),
            talkback=part(commands=st.dictionaries(st.just("ON"), ORDERS, max_size=1)),
        ),
        proxy=st.dictionaries(
            st.sampled_from(["cat", "c t"]), part(url=st.sampled_from(["http://x.y/", "x"]), cache=st.integers(-1, 3)), max_size=1),
        unknown=ODD,
        mqtt=sound(part(topic=st.sampled_from(["a/b", "a/#"]), port=st.integers(0, 99), user=TEXT, password=TEXT), host="broker"),
        sensors=st.lists(sound(part(
            name=st.sampled_from(["hall", "Hall", "dht", "a b"]), type=st.sampled_from(["ds18b20", "bme280", "x"]), sda=PIN,
            scl=PIN, pin=PIN,
            address=st.sampled_from([118, 0, "28ff641e8216c3a2"])), name="air", type="ds18b20", pin=5), max_size=2),
        display=sound(part(
            sda=PIN, reset=PIN, height=st.sampled_from([32, 48, 64]), screens=st.lists(st.lists(LINES, max_size=3), max_size=2),
            button=st.sampled_from(["lamp", "13", "x"])), sda=4, scl=15),
        links=st.lists(sound(part(
            when=WHEN, do=DO, above=NUMBER, below=NUMBER, silent=DO,
            tune=TEXT, lines=st.lists(LINES, max_size=3), value=st.one_of(NUMBER, TEXT),
            **{"is": NUMBER, "else": DO}), when="2", do="13.on"), max_size=2),
        alarms=st.lists(sound(part(
            at=st.sampled_from(["07:30", "24:00", "sunset"]), do=DO, days=TEXT, id=TEXT, pwm=NUMBER,
            date=st.sampled_from(["2026-12-24", "2026-02-30"]), button=st.sampled_from(["lamp", "x"])), at="06:00", do="13.on"),
            max_size=2),
    )  # fmt: skip


@pytest.fixture
def board(fresh_board):
    """A board that nobody's settings take away: it knows no network, and is asked over its access point."""
    return fresh_board(config={})


def test_board_and_computer_agree(board):
    seen = {True: 0, False: 0}

    @settings(max_examples=200, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate])  # fmt: skip
    @given(st.one_of(whole(most), whole(most).map(lambda config: dict(list(config.items())[:2])),
                     whole(most).map(lambda config: dict(list(config.items())[-2:])), whole(some)))
    def agree(config):
        before = patient(board.patch, "/config", dict.fromkeys(board.get("/config").json()))
        assert before.ok, before.text
        answer = patient(board.patch, "/config", config)
        assert answer.status_code in (200, 400), answer.text
        refusal = config_check.ask(json.dumps(config).encode(), "esp32").refusal
        seen[answer.ok] += 1
        if answer.ok:
            assert refusal is None, (config, refusal)
        else:
            assert refusal and refusal.rstrip(".") == answer.json()["detail"].rstrip("."), (config, refusal, answer.text)

    agree()
    assert min(seen.values()) > 20, f"{seen}: the examples are one-sided"
