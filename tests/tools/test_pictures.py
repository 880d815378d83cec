"""Pictures of pins and wirings: made of the profiles and of forms, up to date, true, and nothing lies on something else."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from host import ROOT
from host.lint import pictures
from host.pictures import parts, svg
from host.pictures.agree import unwired
from host.pictures.pinout import pinout
from host.pictures.profiles import profiles
from host.pictures.wiring import drawing

BOARDS = {profile.name: profile for profile in profiles(ROOT)}
FORMS = json.loads((ROOT / pictures.FORMS).read_text("utf-8"))
CROWDED = {
    "board": "esp32",
    "parts": [
        {"kind": "dht22", "pins": {"data": 23}},
        {"kind": "oled", "pins": {"sda": 21, "scl": 22}},
        {"kind": "bme280", "pins": {"sda": 21, "scl": 22}},
        {"kind": "button", "pins": {"signal": 18}, "name": "bell"},
        {"kind": "led", "pins": {"anode": 13}, "name": "lamp"},
        {"kind": "potentiometer", "pins": {"middle": 34}},
        {"kind": "relay", "pins": {"in": 26}, "name": "fan"},
    ],
}
NANO = {
    "board": "nano_esp32",
    "parts": [{"kind": "dht22", "pins": {"data": "D4"}}, {"kind": "oled", "pins": {"sda": "A4", "scl": "A5"}}],
}
BELL = {"board": "nodemcu", "parts": [{"kind": "button", "pins": {"signal": "D7"}}]}
LED = 2  # of an ESP32 DevKit, on the board
EXAMPLES = {path.parent.name: json.loads(path.read_text("utf-8")) for path in ROOT.glob("examples/*/wiring.json")}
ALL = FORMS | {"crowded": CROWDED, "nano": NANO} | EXAMPLES
PROFILE = "device/lib/picorest/boards/esp32.py"


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "device/lib/picorest/boards", tmp_path / "device/lib/picorest/boards")
    shutil.copytree(ROOT / pictures.FOLDER, tmp_path / pictures.FOLDER)
    return tmp_path


def test_what_changes_in_a_profile_is_missed_and_drawn(tree):
    assert pictures.check(tree) == []
    path = tree / PROFILE
    path.write_text(path.read_text("utf-8").replace("\n4 GPIO4 D4 |", "\n4 GPIO4 BELL |"), "utf-8")
    (finding,) = pictures.check(tree)
    assert finding.path == "docs/pictures/pins-esp32.svg" and "--fix" in finding.text
    assert pictures.check(tree, fix=True) == [] == pictures.check(tree)
    assert "BELL" in (tree / finding.path).read_text("utf-8")


def test_a_picture_that_nobody_makes_is_removed(tree):
    left = tree / pictures.FOLDER / "wiring-bell.svg"
    left.write_text("<svg/>", "utf-8")
    (finding,) = pictures.check(tree)
    assert finding.path.endswith("wiring-bell.svg")
    assert pictures.check(tree, fix=True) == [] and not left.exists()


def test_an_example_is_drawn_and_has_to_agree_with_its_configuration(tree):
    folder = tree / "examples" / "bell"
    folder.mkdir(parents=True)
    (folder / "wiring.json").write_text(json.dumps(BELL), "utf-8")
    (folder / "config.json").write_text(json.dumps({"board": "nodemcu", "pins": {"D7": {"mode": "in"}}}), "utf-8")
    assert pictures.check(tree, fix=True) == []
    assert "D7 (GPIO13)" in (folder / "wiring.svg").read_text("utf-8")
    (folder / "config.json").write_text(json.dumps({"board": "nodemcu", "pins": {"D6": {"mode": "in"}}}), "utf-8")
    (finding,) = pictures.check(tree, fix=True)
    assert finding.path == "examples/bell/wiring.json" and "'D6'" in finding.text


@pytest.mark.parametrize(("config", "said"), [
    ({}, []),
    ({"pins": {"13": {}, "26": {}, str(LED): {}}, "dht": [{"pin": 23}], "display": {"sda": 21, "scl": "GPIO22"}}, []),
    ({"pins": {"27": {}}}, ["no wire reaches '27', which config.json beside it names in pins"]),
    ({"dht": [{"pin": 4}]}, ["no wire reaches 4, which config.json beside it names in dht.pin"]),
    ({"sensors": [{"sda": 21, "scl": 19}]}, ["no wire reaches 19, which config.json beside it names in sensors.scl"]),
    ({"pins": {"D99": {}}}, ["config.json names 'D99' in pins, which the ESP32 DevKit (ESP32) has not"]),
    ({"board": "nodemcu"}, ["it is for esp32, and config.json beside it for nodemcu"]),
])  # fmt: skip
def test_agreement(config, said):
    assert unwired(CROWDED, config, BOARDS["esp32"]) == said


@pytest.mark.parametrize(("part", "words"), [
    ({"kind": "lamp", "pins": {}}, "no kind 'lamp'"),
    ({"kind": "led", "pins": {"long": 4}}, "legs anode, cathode; look at long, anode"),
    ({"kind": "led", "pins": {"anode": 99}}, "no pin 99"),
    ({"kind": "led", "pins": {"anode": 6}}, "flash chip"),
])  # fmt: skip
def test_what_cannot_be_wired_is_told(part, words):
    with pytest.raises(ValueError, match=words):
        drawing({"board": "esp32", "parts": [part]}, BOARDS["esp32"])


@pytest.mark.parametrize("size", parts.RINGS)
def test_the_rings_of_a_resistor_say_its_size(size):
    digits = "black brown red orange yellow green blue violet grey white".split()
    tens, ones, zeros = (digits.index(name) for name in parts.RINGS[size].split(", "))
    number, unit = size.split()
    assert (10 * tens + ones) * 10**zeros == float(number) * {"Ω": 1, "kΩ": 1000}[unit]


@pytest.mark.parametrize("name", BOARDS)
def test_a_picture_of_pins_tells_all(name):
    text = pinout(BOARDS[name])
    ET.fromstring(text)
    said = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    for label in {label for column in BOARDS[name].columns for label in column} - {"-"}:
        pin = BOARDS[name].at(label)
        assert not pin or not pin.mark.isdigit() or f"GPIO{pin.mark}" in said
        why = pin.why.rstrip(".") if pin else ""
        assert why[:1].upper() + why[1:] in said.replace("&amp;", "&"), why


@pytest.mark.parametrize("name", ALL)
def test_no_wire_lies_on_another_or_on_words(name):
    root = ET.fromstring(drawing(ALL[name], BOARDS[ALL[name]["board"]]))
    shapes = [each for each in root if each.get("class") == "wire" and "metal" not in each.get("stroke")]
    wires = [(shape.get("stroke"), list(pieces(shape.get("d")))) for shape in shapes]
    assert len(wires) >= len(ALL[name]["parts"][0]["pins"])
    for (colour, one), (another, other) in combinations(wires, 2):
        assert colour == another or not [pair for first in one for second in other if overlap(*(pair := (first, second)))]
    boxes = [[float(each.get(key)) for key in ("x", "y", "width", "height")] for each in root if each.get("class") == "box"]
    wide = float(root.get("width"))
    for each in (each for each in root if each.tag.endswith("text")):
        words = "".join(each.itertext())
        size = svg.width_of(words, 10)
        x, y = float(each.get("x")), float(each.get("y"))
        x -= {"middle": size / 2, "end": size}.get(each.get("text-anchor"), 0)
        assert x >= 4 and x + size <= wide - 4, words
        on = [piece for _, path in wires for piece in path if meets(piece, x + 2, y - 7, x + size - 2, y - 1)]
        assert not on, words
        if each.get("class") == "head":
            near = [box for box in boxes if box[0] < x + size and box[0] + box[2] > x]
            assert not any(top < y < top + high + 10 for _, top, _, high in near), words


def pieces(path):
    """Yields (x, y, x, y), level or upright, of a path of M, H and V."""
    x = y = None
    for kind, first, second in re.findall(r"([MHV])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        to = (float(first), float(second)) if kind == "M" else (float(first), y) if kind == "H" else (x, float(first))
        if kind != "M":
            yield min(x, to[0]), min(y, to[1]), max(x, to[0]), max(y, to[1])
        x, y = to


def overlap(one, other):
    """Whether two pieces of the same direction share more than a point."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    level, upright = one[1] == one[3] == other[1] == other[3], one[0] == one[2] == other[0] == other[2]
    return (level and across > 0) or (upright and up > 0)


def meets(piece, left, top, right, bottom):
    return piece[0] < right and piece[2] > left and piece[1] < bottom and piece[3] > top


def test_both_themes_know_the_colours():
    names = [set(re.findall(r"(--\w+):", theme)) for theme in (svg.LIGHT, svg.DARK)]
    texts = [*map(pinout, BOARDS.values()), *(drawing(form, BOARDS[form["board"]]) for form in ALL.values())]
    used = {name for text in texts for name in re.findall(r"var\((--\w+)\)", text)}
    assert used <= names[0] and names[1] <= names[0] and names[0] - names[1] == {"--print", "--gold"}  # on the board only


def test_the_documents_show_every_board_and_every_kind_of_part():
    wiring, adding = ((ROOT / "docs" / name).read_text("utf-8") for name in ("wiring.md", "adding.md"))
    assert {f"wiring-{name}" for name in FORMS} == set(re.findall(r"!\[[^\]]*\]\(pictures/(wiring-\w+)\.svg\)", wiring))
    assert {f"pins-{name}" for name in BOARDS} == set(re.findall(r"\(pictures/(pins-\w+)\.svg\)", wiring))
    assert {part["kind"] for form in FORMS.values() for part in form["parts"]} == parts.KINDS.keys()
    for name, kind in parts.KINDS.items():
        (row,) = [line.split("|") for line in adding.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]]
        asked, given = (set(re.findall(r"`(\w+)`", cell)) for cell in row[2:4])
        assert asked == {leg for leg, goal in kind.legs.items() if goal is None} and given == kind.legs.keys() - asked
