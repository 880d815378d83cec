"""./deploy.sh deploy --config: what the board would refuse is refused on this computer, in words, before anything is touched."""

import json

import pytest

from host import ROOT, UserError
from host.board import config_check
from host.build import BOARDS, parts
from host.build.pipeline import sources_of
from tests.tools.support.cut_cable import built, deployed, program, running, started
from virtualboard.repl import Repl
from virtualboard.shared_memory import WRITES
from virtualboard.supervisor import Supervisor

NETWORKS = [{"ssid": "home", "password": "x"}]
GOOD = {"hostname": "shed", "token": "sesame", "wifi": {"networks": NETWORKS}, "pins": {"2": {"mode": "out"}}}
BAD = {
    "timezone": {"timezone": "Europe/Berlin"},
    "hostname": {"hostname": "my_shed"},
    "wifi.static.gateway": {"wifi": {"static": {"ip": "192.168.1.9", "gateway": "10.0.0.1"}}},
    "thingspeak.write.fields.1": {"thingspeak": {"write": {"fields": {"1": "dht.temperature"}}}},
    "dht": {"dht": {"pin": "D2"}},
    "pins.D5.safe": {"pins": {"D5": {"safe": 2}}},
    "token": {"token": True},
    "4096 bytes": {"proxy": {"x": {"url": "http://" + "x" * 249}}, **{f"k{n}": "x" * 200 for n in range(20)}},
}
HEAVY = {
    "dht": [{"pin": pin, "type": "dht22"} for pin in ("4", "5", "12", "13")],
    "pins": {pin: {"name": f"lamp {pin}", "mode": "out", "safe": 0} for pin in ("2", "14", "15")},
    "thingspeak": {
        "channel": 1, "write": {"fields": {"1": "dht.4.temperature"}}, "read": {"pins": {"2": "14"}}, "talkback": {"id": 1},
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), [
    (b"{", "not a configuration in JSON"), (b"[]", "an object"), (None, "cannot be read"), (b"", "not a configuration in JSON"),
    ('{"hostname":"shed"}'.encode("utf-16"), "UTF-16"), ('{"hostname":"shed"}'.encode("utf-16-be"), "UTF-16"),
    ('{"hostname":"shed"}'.encode("utf-16-le"), "UTF-16"), ('{"token":"käse"}'.encode("latin-1"), "UTF-8"), (b"[" * 99999, "JSON"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused(tmp_path, text, words):
    path = tmp_path / "config.json"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(UserError, match=words):
        config_check.read_file(path)


def test_a_byte_order_mark_is_left_out(tmp_path):
    (tmp_path / "config.json").write_bytes(b"\xef\xbb\xbf{}")
    assert config_check.read_file(tmp_path / "config.json") == b"{}"


def test_a_sensor_is_not_called_as_a_pin(tmp_path):
    """A DHT on that pin has the same name, so its series in /metrics would come twice."""
    for name, refused in (("GPIO23", True), ("d23", True), ("SDA", True), ("air", False), ("d99", False)):
        config = {"sensors": [{"name": name, "type": "ds18b20", "pin": "26"}]}
        refusal = config_check.ask(json.dumps(config).encode(), "esp32").refusal
        assert bool(refusal) == refused and (not refused or "sensors[0].name must not be what a pin" in refusal), (name, refusal)


@pytest.mark.parametrize("board", [None, *BOARDS])
def test_what_a_board_would_say(board):
    assert config_check.ask(json.dumps(GOOD).encode(), board) == (None, [])
    for key, config in BAD.items():
        refusal = config_check.ask(json.dumps(config).encode(), board).refusal
        assert refusal and key in refusal, (key, refusal)


def test_what_an_esp8266_has_no_memory_for_is_refused():
    heavy = json.dumps(HEAVY).encode()
    refusal = config_check.ask(heavy, "nodemcu").refusal
    assert "bytes more memory than an ESP8266 has" in refusal and "leave out some of dht (" in refusal
    assert config_check.ask(heavy, "esp32").refusal is None
    light = json.dumps({key: value for key, value in HEAVY.items() if key != "thingspeak"}).encode()
    assert config_check.ask(light, "nodemcu").refusal is None
    example = (ROOT / "config.example.json").read_bytes()
    assert config_check.ask(example, "nodemcu").refusal is None


DISPLAY = {"display": {"sda": "D7", "scl": "D1", "screens": [["Temp: {thingspeak.field1} oC"], ["{time.clock}"]]}}
PAIR = {
    **DISPLAY, "pins": {"D5": {"name": "bell", "mode": "in", "pull": "up", "button": {}}},
    "thingspeak": {"channel": 123, "read": {"every": 15}},
    "links": [{"when": "bell.press", "do": "D6.toggle"}],
}  # fmt: skip
CLOCK = {
    "display": {"sda": "D7", "scl": "D1", "screens": [["{time.clock}"]]},
    "alarms": [{"at": "07:30", "do": "D5.tune", "tune": "C5:0.2"}],
}
FAR = {
    "pins": {"D7": {"name": "lamp", "mode": "out"}, "D8": {"name": "fan", "mode": "out"}}, "links": [
        {"when": "http://hall.local door", "is": 0, "do": "fan.on", "else": "fan.off"},
        {"when": "http://hall.local bell.press", "do": "lamp.toggle"}, {"when": "http://hall.local bell.hold", "do": "lamp.off"},
    ],
}  # fmt: skip
FURTHER = {**FAR, "links": [*FAR["links"], {"when": "http://hall.local gate", "do": "fan.pulse"}]}


@pytest.mark.parametrize(("config", "less", "words"), [
    (FAR, "thingspeak weather proxy", None),
    (FAR, "thingspeak", "leave out some of boards (4100)"),
    (FAR, "thingspeak weather proxy boards", "names another board: this board's program was built without the part boards"),
    (FURTHER, "thingspeak weather proxy", "leave out some of boards (4950)"),
    (PAIR, "user weather proxy metrics", None),  # these leave their memory to others
    (PAIR, "user", "bytes more memory than an ESP8266 has"),
    (PAIR, "user weather proxy metrics links", "links: this program was built without it: add --with links"),
    (CLOCK, "user thingspeak weather proxy metrics", "bytes more memory than an ESP8266 has"),
])  # fmt: skip
def test_what_hangs_on_the_parts(config, less, words):
    there = parts.known(sources_of()).keys() - less.split()
    refusal = config_check.ask(json.dumps(config).encode(), "nodemcu", there).refusal
    assert words in refusal if words else refusal is None, refusal


def test_what_hangs_on_the_board():
    big = json.dumps({f"k{n}": "x" * 90 for n in range(15)}).encode()
    assert "1200 bytes" in config_check.ask(big, "nodemcu").refusal
    assert config_check.ask(big, "esp32").refusal is None
    pins = json.dumps({"pins": {"D99": {}, "6": {"mode": "out"}}, "twice": {}}).encode()
    pins = pins.replace(b'"6"', b'"D99": {"mode": "in"}, "6"')
    for board in BOARDS:
        told = "\n".join(config_check.ask(pins, board).warnings)
        assert '"D99" stands twice' in told and "twice is not a known key" in told and "no such pin" in told
    only_read = json.dumps({"dht": [{"pin": 34, "type": "dht22"}]}).encode()
    assert "GPIO34 can only be read" in config_check.ask(only_read, "esp32").warnings[0]
    source = json.dumps({"thingspeak": {"write": {"fields": {"1": "pin.D7"}}}}).encode()
    assert config_check.ask(source, "nodemcu").refusal is None
    assert "no pin of this board" in config_check.ask(source, "esp32c3").refusal


@pytest.mark.parametrize("name", ["nodemcu", "esp32"])
def test_nothing_is_touched_by_a_configuration_that_the_board_would_refuse(name, tmp_path, monkeypatch):
    old, new = (built(name, tmp_path, program(tmp_path, which)) for which in ("old", "new"))
    path = tmp_path / "config.json"
    with Supervisor(name, files=old.files, romfs=old.romfs) as board:
        assert running(board) == "old"
        path.write_text(json.dumps(GOOD))
        deployed(board, old, monkeypatch, path)
        writes = board.page.number(WRITES)
        for config in (BAD["timezone"], BAD["hostname"], {"thingspeak": {"write": {"fields": {"1": "pin.D77"}}}}):
            path.write_text(json.dumps(config))
            with pytest.raises(UserError, match="would be refused by the board: .*Nothing was changed"):
                deployed(board, new, monkeypatch, path)
        assert running(board) == "old"
        assert board.page.number(WRITES) == writes
        assert started(board) == "old"
        with Repl(board.console.port) as repl:
            assert repl.eval("open('config.json').read()") == json.dumps(GOOD)
