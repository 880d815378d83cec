"""microdot's own tests, on the real MicroPython, over picorest's server: with PyPI's microdot, as on the ESP32 family, and with the
module of that name for the ESP8266. What fails is listed in differences.py, with how and why; nothing else may fail, or stop to."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from host import ROOT, bootstrap
from host.build.compiler import microdot_sources

HERE = Path(__file__).parent
PINS = ROOT / "requirements-microdot-tests.txt"
DEVICE_TESTS = ROOT / "tests" / "device"
OURS = "ours"  # tests of ours that hold on both chips
_spec = importlib.util.spec_from_file_location("differences", HERE / "differences.py")
differences = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(differences)


class Chip:
    """What holds on one chip: files of tests that are left out, and the differences."""

    def __init__(self, left_out, listed):
        self.left_out = differences.LEFT_OUT | left_out
        self.differences = differences.DIFFERENCES | listed


CHIPS = {
    "esp32": Chip(differences.LEFT_OUT_ESP32, differences.ESP32),
    "esp8266": Chip(differences.LEFT_OUT_ESP8266, differences.ESP8266),
}


@pytest.fixture(scope="session")
def source() -> Path:
    """The folder of microdot's source package, which holds its tests."""
    folder = bootstrap.VENV / "microdot-tests"
    bootstrap.ensure(PINS.stem, folder)
    name = f"microdot-{version(PINS)}"
    if not (folder / name).is_dir():
        with tarfile.open(folder / f"{name}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return folder / name


def version(pins: Path) -> str:
    return re.search(r"(?m)^microdot==(\S+)", pins.read_text())[1]


def test_the_tests_are_those_of_the_microdot_that_boards_get():
    assert version(PINS) == version(ROOT / "requirements.txt")


@pytest.fixture(scope="session")
def folders(source, tmp_path_factory) -> dict[str, Path]:
    """For each chip a folder with microdot's tests, and microdot as that chip has it."""
    return {chip: filled(chip, source, tmp_path_factory.mktemp(chip)) for chip in CHIPS}


@pytest.fixture(scope="session")
def outcomes(source, folders) -> dict[str, dict[str, tuple[str, str]]]:
    """{chip: {file.test: (outcome, why)}}."""
    found = {chip: said(folder, HERE / "suite.py", *files(chip, source), OURS) for chip, folder in folders.items()}
    return {chip: {f"{line[0]}.{line[1]}": tuple(line[2:]) for line in lines} for chip, lines in found.items()}


def files(chip: str, source: Path) -> list[str]:
    return sorted(path.stem for path in (source / "tests").glob("test_*.py") if path.stem not in CHIPS[chip].left_out)


def filled(chip: str, source: Path, folder: Path) -> Path:
    tests = folder / "tests"
    tests.mkdir()
    for path in (source / "tests").iterdir():
        (tests / path.name).symlink_to(path)
    (tests / "__init__.py").unlink()  # asks for packages that MicroPython does not have
    (tests / "__init__.py").touch()
    (tests / f"{OURS}.py").symlink_to(HERE / f"{OURS}.py")
    library = folder / "lib"
    (library / "microdot").mkdir(parents=True)
    modules = microdot_sources() | {"test_client": (source / "src" / "microdot" / "test_client.py").read_bytes()}
    if chip == "esp8266":
        for place in ("esp8266", "lib/picorest"):
            for path in (ROOT / "device" / place).glob("microdot_*.py"):
                (library / path.name).symlink_to(path)
        there = ROOT / "device" / "esp8266" / "microdot.py"
        modules |= {"__init__": there.read_bytes(), "microdot": (HERE / "core.py").read_bytes()}
    for name, data in modules.items():
        (library / "microdot" / f"{name}.py").write_bytes(data)
    return folder


def said(folder: Path, program: Path, *words: str) -> list:
    """The JSON that a program for MicroPython says behind record separators."""
    places = [folder / "lib", HERE, DEVICE_TESTS, ROOT / "device" / "lib", ROOT / "device", folder, ".frozen"]
    environment = {**os.environ, "MICROPYPATH": ":".join(map(str, places))}
    command = [Path(sys.executable).with_name("micropython"), "-X", "heapsize=8M", program, *words]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stdout.decode()[-2000:] + run.stderr.decode()
    return [json.loads(line.partition("\x1e")[2]) for line in run.stdout.decode().split("\n") if "\x1e" in line]


@pytest.mark.parametrize("chip", CHIPS)
def test_what_fails_is_listed_and_fails_as_listed(outcomes, chip):
    failed = {name: why for name, (outcome, why) in outcomes[chip].items() if outcome == "failed"}
    listed = CHIPS[chip].differences
    assert {name: why for name, why in failed.items() if name not in listed} == {}, "these fail, and are not on the list"
    assert set(listed) - set(failed) == set(), "these pass, or are gone: take them off the list"
    assert {name: why for name, why in failed.items() if listed[name][0] not in why} == {}, "these fail in another way than listed"
    assert {name for name, (outcome, _) in outcomes[chip].items() if outcome == "skipped"} <= differences.SKIPPED


@pytest.mark.parametrize("chip", CHIPS)
def test_every_file_of_tests_runs_or_is_left_out_with_a_reason(source, outcomes, chip):
    there = {path.stem for path in (source / "tests").glob("test_*.py")}
    assert set(CHIPS[chip].left_out) <= there
    tested = {name.partition(".")[0] for name, (outcome, _) in outcomes[chip].items() if outcome != "skipped"}
    assert tested == there - set(CHIPS[chip].left_out) | {OURS}


def test_the_tests_of_the_server_hold_with_the_module_for_the_esp8266(folders):
    tests = re.findall(r"(?m)^(?:async )?def (test_\w+)", (DEVICE_TESTS / "test_server.py").read_text())
    ends = [line[1:] for line in said(folders["esp8266"], DEVICE_TESTS / "runner.py", "test_server", *tests) if line[0] == "end"]
    assert ends == [[name, None] for name in tests]


def test_the_documentation_has_the_numbers(outcomes):
    text = (ROOT / "docs" / "adding.md").read_text()
    for chip, name in (("esp32", "ESP32"), ("esp8266", "ESP8266")):
        theirs = [outcome for test, (outcome, _) in outcomes[chip].items() if not test.startswith(OURS)]
        shown = f"{theirs.count('passed')} of {len(theirs)} on the {name}"
        assert shown in text, f"docs/adding.md does not say: {shown}"
