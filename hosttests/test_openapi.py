"""GET /openapi.json: programs that know nothing of picorest can use a board by it, and it promises neither more nor less."""


import re

import pytest

from hosttests.support import openapi_tools
from hosttests.support.gpio import ok, quick
from virtualboard import demo
from virtualboard.boards import BOARDS

# what would change the board so that the others cannot be asked any more: other tests send these
APART = ("post_reset", "patch_config", "put_wifi", "get_events")
SETTINGS = """[checks]
negative_data_rejection.expected-statuses = ["4xx", "5xx"]
positive_data_acceptance.enabled = false
[phases.coverage]
unexpected-methods = ["DELETE"]
"""


@pytest.mark.boards("nodemcu", "esp32")
def test_it_comes_compressed(board, board_name):
    answer = board.get("/openapi.json")
    found = ok(answer)
    assert answer.headers["Content-Encoding"] == "gzip" and found["openapi"].startswith("3.1.")
    assert board.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    (frequency,) = [each for each in found["paths"]["/gpio"]["get"]["parameters"] if each["name"] == "freq"]
    assert frequency["schema"]["maximum"] == (1000 if board_name == "nodemcu" else 40_000_000)
    assert found["info"]["version"] == ok(board.get("/status"))["version"]


def closed(schema):
    """The same schema, which allows no members but those it lists."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **made} if isinstance(schema.get("properties"), dict) and "type" in schema else made


PINS = {"nodemcu": ("D5", "D6", "A0", "D2"), "esp32": ("25", "26", "36", "23")}


def questions(document: dict, board_name: str) -> list[tuple[str, str, object]]:
    """(method, path, body) for each operation that can be asked, and some in more than one way."""
    pin, second, adc, dht = PINS[board_name]
    alarms = "/alarms" in document["paths"]
    gets = [path for path, known in document["paths"].items() if "get" in known and "{name}" not in path and path != "/events"]
    gets = ["/adc/" + adc if path == "/adc/{pin}" else path.replace("{pin}", pin) for path in gets]
    return [
        ("put", f"/gpio/{pin}", {"state": 1, "for": 60}), ("put", "/gpio", {second: {"pwm": 0.25}}),
        ("post", f"/gpio/{second}", {"mode": "in"}), ("post", "/thingspeak", {"field1": 1}), ("post", "/time/sync", None),
        ("patch", "/config", {"pins": {pin: {"name": "lamp"}}}), ("get", "/dht?pin=" + dht, None), ("get", "/status?all=1", None),
        *[("post", "/alarms", {"id": "wake", "at": "07:30", "do": f"{pin}.on", "for": 5})] * alarms,
        *(("get", path.replace("{id}", "wake"), None) for path in gets),
        *[("put", "/alarms/wake", {"enabled": False}), ("delete", "/alarms/wake", None)] * alarms,
        ("put", "/wifi", {"ssid": "home", "password": "home-secret"}), ("post", "/reset", None),
    ]  # fmt: skip


@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.world
def test_answers_have_the_members_that_it_lists_and_no_others(fresh_board, board_name):
    openapi_tools.importable()
    import jsonschema

    board = quick(fresh_board)
    board.world.wait(lambda _: board.get("/time").ok and board.get("/weather").ok)
    document = ok(board.get("/openapi.json"))
    parts = document["components"]
    closed_parts = {**parts, "schemas": {**closed(parts["schemas"]), "Problem": parts["schemas"]["Problem"]}}
    seen = 0
    for method, path, body in questions(document, board_name):
        answer = board.request(method.upper(), path, json=body)
        plain = path.partition("?")[0]
        name = plain if plain in document["paths"] else plain[: plain.rindex("/")] + ("/{id}" if "alarms" in plain else "/{pin}")
        promised = document["paths"][name][method]["responses"]
        response = promised.get(str(answer.status_code)) or parts["responses"]["Problem"]
        media = answer.headers["Content-Type"].partition(";")[0]
        assert media in response["content"], f"{method} {path}: {answer.status_code} {media}"
        if media.endswith("json"):
            schema = {**closed(response["content"][media]["schema"]), "components": closed_parts}
            jsonschema.Draft202012Validator(schema).validate(answer.json())
            seen += answer.ok
    assert seen > 25


@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.world
@pytest.mark.native("time: it is about other programs")
def test_schemathesis_finds_nothing(fresh_board, board_name, tmp_path):
    """Whatever the document allows is taken, whatever it forbids is refused, and each answer is one that it promises."""
    phases = "examples,fuzzing" if board_name == "nodemcu" else "examples,coverage"
    bell = {PINS[board_name][0]: {"name": "bell", "mode": "out"}}  # of which examples speak
    board = quick(fresh_board, config={**demo.configuration(BOARDS[board_name]), "pins": bell})
    board.world.put({"time": {"speed": 5}})
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(SETTINGS)
    said = openapi_tools.run(
        "schemathesis.cli", "--config-file", settings, "run", board.url + "/openapi.json", "--phases", phases, "-n", 3, "--seed", 1,
        "--continue-on-failure", "--no-color", "--generation-database", "none", "--request-timeout", 10,
        *(word for name in APART for word in ("--exclude-operation-id", name)),
        cwd=tmp_path, env={"SCHEMATHESIS_HOOKS": "hosttests.support.schemathesis_hooks"},
    )  # fmt: skip
    assert re.search(r"\d+ generated, \d+ passed", said) and "❌" not in said, said
    assert ok(board.get("/health"))["status"] == "ok"


CLIENT = '''
import importlib
import pkgutil
import sys

import made
from made import Client
from made.api.dht import get_dht
from made.api.gpio import get_gpio_pin, put_gpio, put_gpio_pin
from made.api.health import get_health
from made.api.status import get_status
from made.models import Drive, PinChanges, PinState, Problem, ProblemType

board = Client(base_url=sys.argv[1])
health = get_health.sync(client=board)
assert health.status.value == "ok" and health.uptime >= 0
lamp = put_gpio_pin.sync("D5", client=board, body=Drive.from_dict({"state": 1}))
assert (lamp.pin, lamp.state, lamp.was) == (14, PinState.VALUE_1, 0), lamp
assert get_gpio_pin.sync("D5", client=board).state == PinState.VALUE_1
changed = put_gpio.sync(client=board, body=PinChanges.from_dict({"D5": 0, "D6": {"pwm": 0.25}}))
assert [pin.name for pin in changed.pins] == ["D6", "D5"]
refused = put_gpio_pin.sync("6", client=board, body=Drive.from_dict({"state": 1}))
assert isinstance(refused, Problem) and refused.type_ == ProblemType.FLASH_PIN and refused.additional_properties["try"], refused
assert get_dht.sync(client=board).dht[0].temperature == 21.5
assert get_status.sync(client=board).wifi.ssid == "home"
for module in pkgutil.walk_packages(made.__path__, "made."):
    importlib.import_module(module.name)
print("all well")
'''


@pytest.mark.world
@pytest.mark.native("time: it is about other programs")
def test_a_client_is_made_of_it(fresh_board, tmp_path):
    board = quick(fresh_board)
    board.world.wait(lambda _: "21.5" in board.get("/dht").text)
    (tmp_path / "openapi.json").write_bytes(board.get("/openapi.json").content)
    (tmp_path / "settings.yml").write_text("post_hooks: []\n")
    said = openapi_tools.run(
        "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none", "--output-path", "made",
        "--config", "settings.yml", cwd=tmp_path,
    )  # fmt: skip
    assert said.count("WARNING") == said.count("WARNING parsing GET /favicon.svg") == 1, said
    (tmp_path / "use.py").write_text(CLIENT)
    assert openapi_tools.run("use", board.url, cwd=tmp_path).strip() == "all well"
