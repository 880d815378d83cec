"""host/lint/floors.py: an import only goes down, nothing leads in a circle, and http/ knows no product."""

import pytest

from host.build import DEVICE
from host.lint import floors

LIBRARY = floors.LIBRARY
PLACES = "clock overlay memory problem http.server http.response wifi.station wifi.join gpio.pins routes.gpio".split()


def found(**planted: str) -> list[str]:
    """Findings in modules that import nothing, but for those given: `wifi_join` is wifi/join.py."""
    sources = {f"{LIBRARY}{name.replace('.', '/')}.py": "" for name in PLACES}
    sources |= {"device/app.py": "", f"{LIBRARY}routes/__init__.py": ""}
    for name, source in planted.items():
        path = "device/app.py" if name == "app" else f"{LIBRARY}{name.replace('_', '/')}.py"
        assert path in sources
        sources[path] = source
    return [str(each) for each in floors.check(sources)]


def real() -> dict[str, str]:
    return {f"device/{path.relative_to(DEVICE).as_posix()}": path.read_text("utf-8") for path in sorted(DEVICE.rglob("*.py"))}


@pytest.mark.parametrize(("planted", "line", "words"), [
    ({"problem": "\nfrom .wifi import station\n"}, f"{LIBRARY}problem.py:2:", "problem imports wifi.station, which is above it"),
    ({"problem": "from .wifi.station import Wifi\n"}, f"{LIBRARY}problem.py:1:", "which is above it"),
    ({"http_server": "def f():\n    from ..routes import gpio\n"}, f"{LIBRARY}http/server.py:2:", "imports routes.gpio"),
    ({"http_server": "def f():\n    from .. import routes\n"}, f"{LIBRARY}http/server.py:2:", "imports routes"),
    ({"gpio_pins": "from picorest.routes.gpio import get\n"}, f"{LIBRARY}gpio/pins.py:1:", "above"),
    ({"gpio_pins": "from ..wifi.station import Wifi\n"}, f"{LIBRARY}gpio/pins.py:1:", "imports wifi.station, which is beside it"),
    ({"gpio_pins": 'x = "routes.gpio"\n'}, f"{LIBRARY}gpio/pins.py:1:", "above"),
    ({"gpio_pins": 'load_overlay("routes." + name)\n'}, f"{LIBRARY}gpio/pins.py:1:", "above"),
    ({"clock": 'drop("problem")\n'}, f"{LIBRARY}clock.py:1:", "clock imports problem, which is above it"),
    ({"memory": "from .overlay import act\n"}, f"{LIBRARY}memory.py:1:", "beside"),
    ({"wifi_join": "from microdot import Response\n"}, f"{LIBRARY}wifi/join.py:1:", "and problem.py import microdot"),
    ({"wifi_join": "import app\n"}, f"{LIBRARY}wifi/join.py:1:", "above"),
])  # fmt: skip
def test_an_import_that_does_not_go_down(planted, line, words):
    said = [each for each in found(**planted) if "http/ knows nothing of" not in each]
    assert len(said) == 1 and said[0].startswith(line) and words in said[0]
    assert "let app.py" in said[0] or "raise a Problem" in said[0]


@pytest.mark.parametrize("planted", [
    {"app": "from picorest.routes import gpio\nfrom picorest import clock\nimport microdot\n"},
    {"routes_gpio": "from microdot import Microdot\nfrom ..gpio.pins import Pins\nfrom ..http.response import Reply\n"},
    {"wifi_station": 'from ..http.server import Server\nfrom .join import join\nact("wifi.join", "join")\n'},
    {"wifi_station": '"""Asks routes.gpio."""\nwords = "see routes.gpio", "clock"\n'},
    {"problem": 'found = {"clock": 1}.get("overlay")\n'},
])  # fmt: skip
def test_what_goes_down_is_well(planted):
    assert found(**planted) == []


def test_a_circle_is_told_with_its_way():
    (said,) = found(wifi_join="\n\nfrom .station import Wifi\n", wifi_station='def f():\n    load_overlay("wifi.join")\n')
    way = "lib/picorest/wifi/join.py:3 imports wifi.station, lib/picorest/wifi/station.py:2 imports wifi.join"
    assert said.startswith(f"{LIBRARY}wifi/join.py:3: a circle: {way}; move what two of them need")


def test_a_module_without_a_floor():
    (said,) = floors.check({f"{LIBRARY}radio/tuner.py": ""})
    assert str(said).startswith(f"{LIBRARY}radio/tuner.py:1: radio is on no floor: enter it in FLOORS of host/lint/floors.py")


@pytest.mark.parametrize("source", [
    "def f(app):\n    return app.wifi\n", "def f(pin):\n    pass\n", "\ngpio_lines = 3\n", "\n\nclass x:\n    thingspeak = None\n",
])  # fmt: skip
def test_a_product_word_under_http(source):
    (said,) = found(http_server=source)
    assert "http/ knows nothing of" in said and "app.py hands in" in said
    assert found(wifi_station=source) == []


def test_prose_may_say_it():
    assert found(http_server='"""Serves pins."""\n# and the display\nsaid = "the pin is in use"\n') == []


def test_the_program_stands_on_its_floors():
    assert floors.check(real()) == []


@pytest.mark.parametrize(("path", "planted", "words"), [
    ("http/server.py", "from ..wifi.station import Wifi\n", "http.server imports wifi.station"),
    ("problem_types.py", "from .problem import Problem\n", "problem_types imports problem"),
    ("config/schema.py", "from .validate import check\n", "a circle: "),
    ("jsontext/scan.py", "def f():\n    load_overlay('routes.gpio')\n", "jsontext.scan imports routes.gpio"),
])  # fmt: skip
def test_violations_in_the_program_are_caught(path, planted, words):
    sources = real()
    sources[LIBRARY + path] += planted
    said = [each.text for each in floors.check(sources)]
    assert any(words in each for each in said) and len(said) < 3
