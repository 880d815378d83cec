"""host/computers.py: what runs on which computer, what is said where something does not, and that its packages exist."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from host import ROOT, bootstrap, cli, computers
from host.computers import Computer

LINUX, ARM = Computer("Linux", "x86_64", (3, 11)), Computer("Linux", "aarch64", (3, 11))
PI_32, WINDOWS = Computer("Linux", "armv7l", (3, 11)), Computer("Windows", "x86_64", (3, 12))
MAC, INTEL_MAC = Computer("Darwin", "aarch64", (3, 13)), Computer("Darwin", "x86_64", (3, 13))
TOO_NEW, PYPY = LINUX._replace(python=(3, 15)), LINUX._replace(implementation="PyPy")
REAL_BOARDS = "flash deploy update fleet monitor doctor backup restore erase build".split()
# what pip calls them
PLATFORMS = {
    WINDOWS: ["win_amd64"],
    MAC: ["macosx_11_0_arm64"],
    INTEL_MAC: ["macosx_11_0_x86_64"],
    ARM: ["manylinux_2_17_aarch64", "manylinux_2_28_aarch64", "manylinux2014_aarch64"],
    PI_32: ["manylinux_2_31_armv7l", "manylinux2014_armv7l"],
}


def found_by_pip(name: str, computer: Computer, folder: Path) -> bool:
    """Whether PyPI has packages of NAME.txt that this computer can install; nothing is downloaded but their descriptions."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--only-binary=:all:", "--target", folder]
    for tag in PLATFORMS[computer]:
        command += ["--platform", tag]
    command += ["--python-version", "{}.{}".format(*computer.python), "--quiet", "-r", ROOT / f"{name}.txt"]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120).returncode == 0


@pytest.mark.parametrize("computer", PLATFORMS, ids=str)
def test_what_a_real_board_needs_is_packaged_for_every_computer(computer, tmp_path):
    assert found_by_pip("requirements", computer, tmp_path)


@pytest.mark.parametrize(("name", "computer"), [(computers.INTERPRETER, WINDOWS), ("requirements-pages", PI_32)])
def test_what_is_said_to_be_missing_is(name, computer, tmp_path):
    assert not found_by_pip(name, computer, tmp_path)


def test_the_engine_that_a_pi_gets_is_packaged_for_it(tmp_path):
    assert found_by_pip(computers.WASM32, ARM, tmp_path)


@pytest.mark.parametrize(("computer", "engine", "interpreter"), [
    (LINUX, "native", True), (ARM, "wasm32", False), (PI_32, None, False), (WINDOWS, None, False),
    (MAC, None, True), (INTEL_MAC, None, False), (TOO_NEW, "wasm32", False), (PYPY, "wasm32", False),
])  # fmt: skip
def test_each_computer_gets_the_engine_that_starts_on_it(computer, engine, interpreter, monkeypatch):
    assert (computer.engine, computer.interpreter) == (engine, interpreter)
    monkeypatch.setattr(computers, "this", lambda: computer)
    if engine:
        file = computers.INTERPRETER if engine == "native" else computers.WASM32
        assert cli.needed("virtual") == ["requirements", "requirements-pages", file]
    else:
        with pytest.raises(bootstrap.SetupError, match="(?s)needs.*works here: flash, deploy, update"):
            cli.needed("virtual")


@pytest.mark.parametrize("computer", [*PLATFORMS, LINUX, TOO_NEW], ids=str)
def test_commands_for_a_real_board_need_no_interpreter(computer, monkeypatch):
    monkeypatch.setattr(computers, "this", lambda: computer)
    assert {tuple(cli.needed(name)) for name in REAL_BOARDS} == {("requirements", "requirements-pages")}
    assert set(REAL_BOARDS) <= set(cli.COMMANDS)


def test_check_has_all_that_tests_import_and_no_interpreter():
    assert cli.needed("check") == ["requirements", "requirements-pages", "requirements-test", computers.WASM32]


@pytest.mark.parametrize(("computer", "words"), [
    (WINDOWS, "wsl --install"), (MAC, "docker run"), (INTEL_MAC, "docker run"), (ARM, "./deploy.sh virtual works here"),
    (PI_32, "64-bit Linux"), (TOO_NEW, "CPython 3.15: .*PYTHON=python3.12"), (PYPY, "PyPy 3.11: .*PYTHON=python3.12"),
])  # fmt: skip
@pytest.mark.parametrize("command", ["test", "bench", "mutants", "fuzz"])
def test_commands_that_need_the_native_engine_say_so(computer, words, command, monkeypatch):
    monkeypatch.setattr(computers, "this", lambda: computer)
    with pytest.raises(bootstrap.SetupError, match=f"(?s)^{command} needs .*{words}"):
        cli.needed(command)


@pytest.mark.parametrize(("system", "machine", "largest", "computer"), [
    ("Windows", "AMD64", 1 << 62, "Windows on x86_64"), ("Darwin", "arm64", 1 << 62, "Darwin on aarch64"),
    ("Linux", "aarch64", 1 << 62, "Linux on aarch64"), ("Linux", "aarch64", (1 << 31) - 1, "Linux on armv7l"),
    ("Linux", "armv7l", (1 << 31) - 1, "Linux on armv7l"),
])  # fmt: skip
def test_this_computer_is_told_by_what_the_system_says(system, machine, largest, computer, monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "maxsize", largest)
    assert str(computers.this()) == computer
