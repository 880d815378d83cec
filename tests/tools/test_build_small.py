"""host/build for a chip of 38 KiB: overlays, texts by place, few names; nothing changes its meaning."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from host.build import build, classes, compile_module, mpy, overlays, parts, rom_names, small, texts
from host.build.bundle import RESIDENT, part_name
from host.build.flatten import flat_names, flatten, kept
from host.build.pipeline import ELSEWHERE
from virtualboard.boards import BOARDS

PROGRAM = '''"""A module with texts of all kinds."""

SHORT = "blue"
LONG = "Übung macht den Meister"
PAIR = ("left", "a longer one, in a tuple")


def said(colour="green"):
    """Not this one."""
    return f"{colour} and no more", "red" "dish", {"blue": 1}, "%d pieces in all" % 3, PAIR, LONG
'''


@pytest.fixture(scope="module")
def made():
    return build("nodemcu").files.with_name("rom")


def modules(rom: Path) -> dict[str, bytes]:
    """Bytecode by the name of the file or image that it lies in."""
    paths = [path for path in rom.rglob("*") if path.is_file() and "www" not in path.parts]
    found = {path.relative_to(rom).as_posix(): path.read_bytes() for path in paths}
    return {name: data[data.index(b"M\x06") :] for name, data in found.items()}


def executed(code: bytes, folder: Path):
    """What said() of a module returns in MicroPython."""
    (folder / "module.mpy").write_bytes(code)
    script = f"import sys, json; sys.path[:] = [{str(folder)!r}, '.frozen']; import module; print(json.dumps(module.said()))"
    engine = Path(sys.executable).with_name("micropython")
    return json.loads(subprocess.run([engine, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_bytecode_is_read_and_written_again(made):
    for name, data in modules(made).items():
        if name.endswith(".mpy"):
            assert mpy.write(mpy.read(data)) == data, name


@pytest.mark.parametrize("as_names", [True, False])
def test_texts_change_their_place_and_nothing_else(tmp_path, as_names):
    chosen = texts.long_texts(PROGRAM) if as_names else texts.short_texts(PROGRAM, {"blue"})
    assert chosen == (
        ["Übung macht den Meister", "a longer one, in a tuple", "%d pieces in all"] if as_names else ["left", "green", "reddish"]
    )
    source, found = texts.marked(PROGRAM, chosen, as_names)
    assert source.count("\n") == PROGRAM.count("\n")
    code = texts.filled(compile_module(source.encode(), "module.py"), found)
    plain = compile_module(PROGRAM.encode(), "module.py")
    assert executed(code, tmp_path) == executed(plain, tmp_path)
    names = [set(mpy.read(data).names) for data in (code, plain)]
    assert names[0] - names[1] == (set(chosen) - {"a longer one, in a tuple"} if as_names else set())
    assert names[1] - names[0] == (set() if as_names else set(chosen) - {"left"})


def test_a_placeholder_that_stays_is_an_error():
    source, found = texts.marked(PROGRAM, ["blue"], False)
    with pytest.raises(AssertionError, match="zq0z"):
        texts.filled(compile_module(source.encode(), "module.py"), {mark: mark + "blue" for mark in found})


@pytest.mark.parametrize(("line", "written"), [
    ("from .ntp.timezone import offset", 'offset = load_overlay("ntp.timezone").offset'),
    ("from .ntp.timezone import offset as o", 'o = load_overlay("ntp.timezone").offset'),
    ("from .ntp import timezone", 'timezone = load_overlay("ntp.timezone")'),
    ("from picorest.ntp.timezone import offset", 'offset = load_overlay("ntp.timezone").offset'),
    ("from .clock import unix", "from picorest import unix"),
    ("from .clock import unix as now", "from picorest import unix as now"),
    ("from . import clock, zone", 'import picorest as clock; zone = load_overlay("zone")'),
    ("import json", "import json"),
    ("from json import loads", "from json import loads"),
])  # fmt: skip
def test_imports_are_written_out(line, written):
    sources = {
        "lib/picorest/ntp/timezone.py": '"""Zones."""\n\n\ndef offset():\n    return 1\n',
        "lib/picorest/zone.py": '"""Zone."""\n',
        "lib/picorest/asking.py": f'"""Asks."""\n\n\ndef ask():\n    {line}\n',
    }
    found = overlays.written_out(sources, {"clock"})["lib/picorest/asking.py"]
    needs = "; from picorest import load_overlay" if "load_overlay" in written else ""
    assert found == f'"""Asks."""{needs}\n\n\ndef ask():\n    {written}\n'


def test_routes_ask_their_neighbours():
    sources = {"lib/picorest/routes/one.py": '"""One."""\nfrom ..ntp.timezone import offset\nfrom .two import both\n'}
    sources |= {"lib/picorest/routes/two.py": '"""Two."""\n', "lib/picorest/ntp/timezone.py": '"""Zone."""\n'}
    found = overlays.written_out(sources, set())["lib/picorest/routes/one.py"]
    assert found.splitlines()[1:] == ['offset = load_overlay("ntp.timezone").offset', 'both = load_overlay("routes.two").both']


def test_overlays_get_names_in_rom():
    names = ["resolver", "ntp.timezone", "wifi.status", "routes.status", "boards.nodemcu"]
    left = kept(['found = load_overlay("boards." + name)', 'drop("wifi." + name)'])
    flat = flat_names(names, ["acos", "asin", "atan"], left)
    assert flat == {"ntp.timezone": "acos", "wifi.status": "asin"}
    source = 'def f():\n    """ntp.timezone"""\n    drop("ntp.timezone", "resolver", "the ntp.timezone")\n'
    assert flatten(source, flat) == source.replace('drop("ntp.timezone"', 'drop("acos"')


def test_what_is_not_resident_is_an_overlay(made):
    package = Path(overlays.__file__).parents[2] / "device" / "lib/picorest"
    sources = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    wanted = {part_name(name) for name in sources - set(RESIDENT) if not name.endswith("__init__.py")}
    elsewhere = {part_name(name) for name in sources if ELSEWHERE in (package / name).read_bytes()}
    assert {"nvs", "update.tar"} <= elsewhere
    marks = {part_name(name): parts.of_module((package / name).read_bytes()) for name in sources}
    elsewhere |= {name for name, found in marks.items() if not all(mark.usual for mark in found)} | {"parts"}
    elsewhere |= {f"boards.{name}" for name in ("esp32", "esp32c3", "heltec_wifi_kit_32", "nano_esp32", "other")}
    texts = [path.read_text() for path in package.parents[1].rglob("*.py")]
    seldom = {group for text in texts for group in re.findall(r'^ *@seldom\("(\w+)"\)', text, re.M)}
    assert seldom
    wanted = wanted - elsewhere | {f"seldom.{group}" for group in seldom} | {"microdot", "microdot_cookies"}
    lines = made.with_name("names.txt").read_text().splitlines()
    there = {name: overlays.name_of(path) for name, path in (line.split(" = ") for line in lines)}
    assert {there.get(path.name, path.name) for path in (made / "o").iterdir()} == wanted
    assert {path.name for path in (made / "o").iterdir()} <= wanted | rom_names.rom_names()
    assert {path.name for path in (made / "lib").iterdir()} == {"picorest.mpy"}


def test_all_names_find_room_in_the_first_tables(made):
    names = small.names_of(list(modules(made).values()))
    assert len(names) <= small.NAMES - small.ROOM, sorted(names)


def test_it_fits_in_half_of_the_romfs_partition(made):
    room = BOARDS["nodemcu"].romfs_size // 2 - made.with_name("romfs.img").stat().st_size
    assert room >= 1024, f"{room} bytes are left: an update would soon be refused"


def test_an_overlay_brings_no_text_as_a_name(made):
    """What it says in ten letters or less is an object, which goes with it, unless it is a name anyway."""
    said = set().union(*(texts.said(text, True) for text in [(made.parent / "core.py").read_text()]))
    for name, data in modules(made).items():
        if name.startswith("o/"):
            found = {word for word in mpy.read(data).names if isinstance(word, str)}
            loose = [word for word in found - rom_names.rom_names() - said if not word.isidentifier() and word[0] != "<"]
            assert not loose, (name, loose)


def test_classes_forget_what_nobody_asks_for(tmp_path):
    source = (
        'class One:\n    """Of two\n    lines."""\n\n    size = 3\n\n    def twice(self):\n        """Not this one."""\n'
        '        return 2 * self.size\n\n\nclass Two(One):\n    """No more."""\n\n\n'
        "def said():\n    return [Two().twice(), Two.__name__, sorted(One.__dict__)]\n"
    )
    bare = classes.bare(source)
    assert bare.count("\n") == source.count("\n")
    found = [executed(compile_module(one.encode(), "m.py"), tmp_path) for one in (source, bare)]
    assert found == [[6, "Two", ["__module__", "__qualname__", "size", "twice"]], [6, "Two", ["size", "twice"]]]
