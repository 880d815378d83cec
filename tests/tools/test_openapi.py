"""host/openapi: the description of the board's interface names what there is, and nothing else."""

import json
import re

import pytest

from host import ROOT, openapi
from host.build import DEVICE, parts
from host.build.pipeline import _without_others
from host.openapi.operations import MORE, operations
from host.openapi.problems import problem_types, unexplained
from hosttests.support import openapi_tools
from tests.docs.test_api import ROUTES

SOURCES = {path.relative_to(DEVICE).as_posix(): path.read_bytes() for path in sorted(DEVICE.rglob("*.py"))}
INDEX = {f"{method} {line.split()[0]}" for line in ROUTES for method in line.split()[1::2]}


@pytest.fixture(scope="module", params=[True, False], ids=["esp8266", "esp32"])
def document(request) -> dict:
    return openapi.document(SOURCES, request.param)


def test_it_is_sound(document):
    openapi_tools.importable()
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(document).validate()


def test_every_route_and_no_other(document):
    made = {f"{method.upper()} {path}" for path, known in document["paths"].items() for method in known}
    assert made == {line.replace("<", "{").replace(">", "}") for line in INDEX}
    names = [known[method]["operationId"] for known in document["paths"].values() for method in known]
    assert len(set(names)) == len(names)


def test_every_route_is_described():
    missing = INDEX - set(operations(True))
    assert not missing, f"say in host/openapi/operations.py what these take and answer: {', '.join(sorted(missing))}"
    assert set(operations(True)) == set(operations(False)) == INDEX, "of a path that is gone"


def test_every_operation_says_what_it_does(document):
    assert all(known[method]["summary"][:1].isupper() for known in document["paths"].values() for method in known)


def test_every_type_of_problem(document):
    listed = document["components"]["schemas"]["Problem"]["properties"]["type"]
    types = set(re.findall(r"^([a-z-]+) \d{3}\b", SOURCES["lib/picorest/problem_types.py"].decode(), re.M))
    assert set(listed["enum"]) == types | {"busy", "timeout"}
    assert "`flash-pin` (409): GPIO*pin* is wired to" in listed["description"]
    for name, (status, _) in problem_types(SOURCES).items():
        assert re.search(rf"^- `{name}` \({status}\): [^:]*\w{{2}}", listed["description"], re.M), f"{name} is not explained"


def test_a_type_that_nobody_explains_is_told():
    table = SOURCES["lib/picorest/problem_types.py"]
    assert unexplained(SOURCES) == []
    more = table.replace(b"\nbad-as 400", b"\nbad-bell 409\nbad-as 400").replace(b"\nupdating 409", b"")
    first, second = unexplained(SOURCES | {"lib/picorest/problem_types.py": more})
    assert first.startswith("bad-bell has no sentence") and second.startswith("updating in host/openapi/problems.py is no type")


def test_what_a_pin_takes_in_an_address_and_in_json(document):
    choices = document["components"]["schemas"]["PinChange"]["anyOf"]
    asked = {each["name"] for each in document["paths"]["/gpio/{pin}"]["get"]["parameters"] if each["in"] == "query"}
    assert asked == {name for choice in choices for name in choice["properties"]} | {"wait", "since"}


def test_where_there_is_more_to_read(document):
    tags = {each["tags"][0] for known in document["paths"].values() for each in known.values()}
    assert set(MORE) == tags, "MORE in host/openapi/operations.py has a page for each first part of a path, and for no other"


def test_the_settings_are_those_of_the_table(document):
    openapi_tools.importable()
    import jsonschema

    parts = document["components"]
    check = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/ConfigChange", "components": parts})
    example = json.loads((ROOT / "config.example.json").read_text("utf-8"))
    check.validate(example)
    networks = [{"ssid": "home", "password": True}]
    check.validate({"token": True, "wifi": {"networks": networks, "static": None}, "proxy": {"cat": None}})
    for wrong in ({"auth": "none"}, {"dht": [{"pin": "D2", "type": "dht33"}]}, {"pins": {"D5": {"safe": 2}}}, {"hostname": "a_b"}):
        assert not check.is_valid(wrong), wrong
    assert {name for name in example if not name.startswith("_")} <= set(parts["schemas"]["Config"]["properties"])


def test_an_esp8266_is_said_to_take_no_more_than_it_takes():
    """What its check refuses (config/consistency.py) is not among its settings."""
    large = openapi.document(SOURCES, False)["components"]["schemas"]
    usual, alarms = ({"alarms", "display", "links", "mqtt", "sensors"}, {"display", "links", "mqtt", "sensors", "weather"})
    for less in (usual, alarms):
        chosen = _without_others(parts.chosen(SOURCES, parts.known(SOURCES).keys() - less))
        small = openapi.document(chosen, True)["components"]["schemas"]
        for name in ("Config", "ConfigChange"):
            known, more = set(small[name]["properties"]), set(large[name]["properties"])
            assert more - known == less and known < more


def test_no_schema_is_there_that_nothing_needs(document):
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert names == set(document["components"]["schemas"])
    paths = {"/gpio": document["paths"]["/gpio"]}
    alone = {**document, "paths": paths, "components": dict(document["components"])}
    openapi.leave_out_what_nothing_names(alone)
    assert {"Pin", "PinChange", "Level", "Problem"} <= set(alone["components"]["schemas"]) < names - {"Weather", "Config"}


def test_another_tree_has_none():
    assert openapi.made({"main.py": b""}, True) == {}
