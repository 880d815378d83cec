"""deploy.sh: one command from anywhere, and plain words when something is wrong."""

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

import host
from host import ROOT, UserError, cli
from host.commands import clean

COPIED = ("deploy.sh", *(path.name for path in ROOT.glob("requirements*.txt")))


@pytest.fixture
def checkout(tmp_path):
    """A copy of the project in a folder whose name has a space, with the tools of this one."""
    folder = tmp_path / "my project"
    folder.mkdir()
    for name in COPIED:
        shutil.copy(ROOT / name, folder)
    for name in ("host", "device", "virtualboard"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".venv").mkdir()
    for path in (ROOT / ".venv").iterdir():
        (folder / ".venv" / path.name).symlink_to(path)
    return folder


def run(*command, **rest):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **rest)


def tools(folder, *names):
    """A folder for PATH that has nothing but these programs."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return folder


def test_help_fits_a_screen_and_names_every_command():
    shown = run(ROOT / "deploy.sh", "help")
    lines = shown.stdout.splitlines()
    assert shown.returncode == 0 and len(lines) <= 23 and max(map(len, lines)) <= 79
    assert all(f"\n  {name} " in shown.stdout for name in cli.COMMANDS)
    assert run(ROOT / "deploy.sh").stdout == run(ROOT / "deploy.sh", "--help").stdout == shown.stdout


@pytest.mark.parametrize("name", [name for name, (_, package) in cli.COMMANDS.items() if not package])
def test_every_command_of_our_own_explains_itself(name):
    shown = run(ROOT / "deploy.sh", "help", name)
    assert shown.returncode == 0 and f"usage: ./deploy.sh {name}" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_it_works_from_anywhere_through_links_and_with_spaces(checkout, tmp_path):
    first, second = tmp_path / "first link", tmp_path / "second link"
    first.symlink_to(checkout / "deploy.sh")
    second.symlink_to("first link")
    for command in (checkout / "deploy.sh", first, second):
        assert "Usage: ./deploy.sh COMMAND" in run(command, "help", cwd="/").stdout
    assert "Usage:" in run("./deploy.sh", cwd=checkout).stdout
    assert "Usage:" in run("sh", "-c", "cd host && ../deploy.sh", cwd=checkout).stdout


def test_a_host_folder_where_the_user_stands_is_not_taken_for_ours(checkout, tmp_path):
    (tmp_path / "elsewhere" / "host").mkdir(parents=True)
    (tmp_path / "elsewhere" / "host" / "cli.py").write_text("raise SystemExit('wrong one')")
    (tmp_path / "elsewhere" / "argparse.py").write_text("raise SystemExit('wrong one')")
    assert run(checkout / "deploy.sh", "help", cwd=tmp_path / "elsewhere").returncode == 0


def test_a_reader_that_leaves_is_no_fault():
    shown = run("sh", "-c", f"'{ROOT}/deploy.sh' help | true")
    assert shown.stderr == ""


def test_mistyped_commands_get_a_hint():
    shown = run(ROOT / "deploy.sh", "biuld")
    assert shown.returncode == 2 and shown.stderr == "deploy.sh: there is no command 'biuld'; did you mean `build`?\n"
    assert "`./deploy.sh help` lists" in run(ROOT / "deploy.sh", "zzz").stderr


def test_wrong_board_is_one_sentence_not_a_traceback():
    shown = run(ROOT / "deploy.sh", "build", "arduino")
    assert shown.returncode == 1 and len(shown.stderr.splitlines()) == 1
    assert "nodemcu, esp32, nano_esp32, esp32c3" in shown.stderr


def test_a_fault_of_ours_says_so(monkeypatch, capsys):
    def broken(*_):
        raise KeyError("x")

    monkeypatch.setattr(cli, "_start", broken)
    assert cli.main(["build"]) == 1
    assert "this is a fault in picorest" in capsys.readouterr().err


def test_an_expected_trouble_is_told_plainly(monkeypatch, capsys):
    def refused(*_):
        raise UserError("the cable is out: put it in")

    monkeypatch.setattr(cli, "_start", refused)
    assert cli.main(["build"]) == 1
    assert capsys.readouterr().err == "deploy.sh build: the cable is out: put it in\n"


PLAIN = """
import sys
sys.path.insert(0, {root!r})
import host
host.WINDOWS = {windows}
if host.WINDOWS:
    for name in ("fcntl", "termios", "pty", "tty", "grp", "pwd", "resource"):
        sys.modules[name] = None  # cannot be imported
from host import bootstrap, cli
bootstrap.VENV = bootstrap.Path({root!r}) / "nowhere"
sys.exit(cli.main(sys.argv[1:]))
"""


def plain(*command, windows=False):
    """The command line in a Python that has no packages at all, as it is before the first set-up."""
    source = PLAIN.format(root=str(ROOT), windows=windows)
    return run(sys._base_executable, "-I", "-S", "-c", source, *command)


@pytest.mark.parametrize("windows", [False, True])
def test_help_and_the_version_need_nothing_installed(windows):
    shown = plain("help", windows=windows)
    assert shown.returncode == 0 and all(f"\n  {name} " in shown.stdout for name in cli.COMMANDS)
    assert ("deploy.sh" in shown.stdout) is not windows and (".\\deploy flash" in shown.stdout) is windows
    said = plain("--version", windows=windows).stdout
    assert said == f"picorest {cli.version()}\n" and cli.version() in (ROOT / "package.json").read_text()
    wrong = plain("biuld", windows=windows)
    assert wrong.returncode == 2 and "did you mean `build`?" in wrong.stderr


@pytest.mark.parametrize("name", "flash deploy update fleet monitor doctor backup restore erase build".split())
def test_on_windows_each_command_for_a_board_explains_itself_before_anything_is_installed(name):
    shown = plain("help", name, windows=True)
    assert shown.returncode == 0 and f"usage: .\\deploy {name}" in shown.stdout, shown.stderr


@pytest.mark.parametrize("windows", [False, True])
def test_clean_takes_the_tools_but_for_what_windows_holds(tmp_path, monkeypatch, windows):
    unlink = os.unlink

    def held(path, **rest):
        if windows and str(path).endswith("python.exe"):
            raise PermissionError(13, "Access is denied")
        return unlink(path, **rest)

    for name in (".venv/Scripts/python.exe", ".venv/ready-requirements-1", "build/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(host, "WINDOWS", windows)
    monkeypatch.setattr(clean, "ROOT", tmp_path)
    monkeypatch.setattr(os, "unlink", held)
    clean.run(SimpleNamespace(all=True))
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ([".venv/Scripts/python.exe"] if windows else []) and cli.needed("clean") == []


def test_the_command_for_windows_does_what_the_other_does():
    data = (ROOT / "deploy.cmd").read_bytes()
    text = data.decode("ascii")
    assert data.count(b"\n") == data.count(b"\r\n"), "cmd.exe loses labels where lines end otherwise"
    lines = [line for line in text.splitlines() if line and not line.startswith("rem")]
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert set(re.findall(r"goto (\w+)", text)) == labels
    starts = [at for at, line in enumerate(lines) if "%~dp0host" in line]
    assert len(starts) == 4 and all(lines[at].endswith('"%~dp0host" %*') and lines[at + 1] == "exit /b" for at in starts)
    assert r'"%~dp0.venv\Scripts\python.exe"' in text and "py -3" in text and "sys.version_info < (3, 10)" in text
    assert "ready-requirements-*" in text and "ready-requirements-*" in (ROOT / "deploy.sh").read_text()


def test_without_python_it_says_which_one_to_install(checkout, tmp_path):
    shutil.rmtree(checkout / ".venv")
    path = tools(tmp_path / "bin", "sh", "cksum", "dirname", "readlink")
    shown = run(checkout / "deploy.sh", "help", env={"PATH": str(path)})
    assert shown.returncode == 1 and "needs Python 3.10 or newer" in shown.stderr and "apt install" in shown.stderr
    old = path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # what the version test gives on an old one
    old.chmod(0o755)
    assert "needs Python 3.10 or newer" in run(checkout / "deploy.sh", "help", env={"PATH": str(path)}).stderr
