"""`./deploy.sh test`: which tests run, what becomes of one that fails now and then, and of one that skips itself in CI."""

import os
import subprocess
import sys
import textwrap
from argparse import Namespace

import pytest

from host import ROOT
from host.commands import test as command
from host.lint import testfiles

SETTINGS = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'


PARALLEL = ["-n", str(1 + os.cpu_count()), "--dist", "loadfile", "--no-loadscope-reorder"]
DEFAULTS = {"board": None, "engine": None, "free_pins": None, "all": False}


def asked(*rest, **named):
    return command.pytest_command(Namespace(**DEFAULTS | named, rest=list(rest)), False)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


def test_no_path_is_named_so_that_every_file_is_found():
    assert asked()[3:] == [*PARALLEL, "-m", "not long"]
    assert asked(all=True)[3:] == PARALLEL
    assert asked("-m", "long")[3:] == ["-m", "long", *PARALLEL]
    assert asked(os.path.relpath(__file__))[3:] == [__file__]


def test_ci_runs_the_long_tests_too():
    assert "./deploy.sh test --all" in (ROOT / ".ci" / "run").read_text()


def test_files_of_tests_that_no_run_reaches_are_found(tmp_path):
    write(tmp_path / "pyproject.toml", SETTINGS)
    write(tmp_path / "tests" / "test_good.py", "def test_good(): pass\n")
    write(tmp_path / "host" / "test.py", "def test(): pass\n")
    assert testfiles.check(tmp_path) == []
    strays = ["bench/speed_test.py", "examples/test_blink.py", "tests/tests.py", "tests/wifi.py"]
    for path in strays:
        write(tmp_path / path, "class TestAll:\n    def test_one(self): pass\n")
    write(tmp_path / "tests" / "test_empty.py", "def check_good(): pass\n")
    found = testfiles.check(tmp_path)
    assert [each.path for each in found] == sorted([*strays, "tests/test_empty.py"])
    assert all("in a run" in each.text for each in found)


def test_one_that_cannot_be_read_is_told(tmp_path):
    write(tmp_path / "pyproject.toml", SETTINGS)
    write(tmp_path / "tests" / "test_broken.py", "import nowhere\n")
    assert "nowhere" in testfiles.check(tmp_path)[0].text


@pytest.fixture
def second_try(tmp_path, monkeypatch, capfd):
    """A function that runs tests of which some fail at their first try; returns the exit status and what was said."""
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "FAILED", tmp_path / ".pytest_cache" / "v" / "cache" / "lastfailed")
    monkeypatch.delenv("CI", raising=False)

    def run(flaky: int, broken: bool = False, ci: bool = False, fails: str = "1"):
        """flaky: so many tests fail at some of their tries, whose numbers are in `fails`."""
        write(tmp_path / "pyproject.toml", SETTINGS)
        source = """
            import pathlib, pytest
            def test_good(): pass
            @pytest.mark.parametrize("name", NAMES)
            def test_flaky(name):
                seen = pathlib.Path(__file__).with_name(name)
                tries = int(seen.read_text()) + 1 if seen.exists() else 1
                seen.write_text(str(tries))
                assert str(tries) not in FAILS
            """
        source = textwrap.dedent(source).replace("FAILS", repr(fails))
        source = source.replace("NAMES", str([f"n{number}" for number in range(flaky)]))
        write(tmp_path / "tests" / "test_some.py", source + "def test_broken(): assert False\n" * broken)
        if ci:
            monkeypatch.setenv("CI", "true")
        code = command.run(Namespace(**DEFAULTS, no_check=True, rest=[str(tmp_path / "tests")]))
        return code, capfd.readouterr().out

    return run


@pytest.mark.parametrize(
    ("flaky", "broken", "ci", "status"),
    [(0, False, 1, 0), (1, False, 1, 0), (8, False, 0, 0), (2, False, 1, 0), (8, False, 1, 1), (1, True, 0, 1)],
)
def test_what_passes_at_the_second_try_is_told_by_name(second_try, flaky, broken, ci, status):
    code, said = second_try(flaky, broken, ci)
    assert code == status, said
    told = said.rpartition("Failed once and passed when repeated:\n")[2].splitlines() if flaky else []
    assert [line.strip() for line in told if "::" in line] == [
        f"tests/test_some.py::test_flaky[n{number}]" for number in range(flaky)
    ]


@pytest.mark.parametrize("ci", [False, True])
def test_what_fails_twice_in_one_run_is_a_failure_in_ci(second_try, ci):
    code, said = second_try(1, ci=ci, fails="13")
    assert code == (1 if ci else 0), said
    twice = "Failed twice in this run, which is a failure in CI:\n  tests/test_some.py::test_flaky[n0]\n"
    assert ("Failed once and passed when repeated" in said, twice in said) == (True, ci)


SKIPS = {
    "itself": "def test_it(): pytest.skip('needs chronyd')",
    "marked": "@pytest.mark.skipif(True, reason='needs chronyd')\ndef test_it(): pass",
    "module": "pytest.skip('needs chronyd', allow_module_level=True)",
    "import": "pytest.importorskip('chronyd')",
}


@pytest.mark.parametrize("ci", ["", "true"])
def test_in_ci_a_skip_is_a_failure(tmp_path, ci):
    for name, source in SKIPS.items():
        write(tmp_path / f"test_{name}.py", f"import pytest\n{source}\n")
    line = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    line += ["--continue-on-collection-errors"]
    run = subprocess.run(line, cwd=ROOT, env={**os.environ, "CI": ci}, capture_output=True, text=True)
    assert ("4 errors" in run.stdout or "1 failed, 3 errors" in run.stdout) if ci else "4 skipped" in run.stdout, run.stdout
    assert run.stdout.count("skipped, which CI does not allow") >= (4 if ci else 0)
