"""./deploy.sh deploy: whatever breaks on the way, the board starts the old or the new program."""

import contextlib
import json
import os
import shutil

import pytest
from mpremote.transport_serial import SerialTransport

from host import UserError
from host.board.cable import LinkError
from host.build import romfs_image
from tests.tools.support.cut_cable import MARK, Cable, built, deployed, program, running, said, started
from virtualboard.client import wait
from virtualboard.repl import Repl
from virtualboard.shared_memory import COUNTDOWN, WRITES
from virtualboard.supervisor import Supervisor

ALL = bool(os.environ.get("PICOREST_THOROUGH"))  # cut at every step; otherwise at some of them
LEFT = str(("/lib", "/lib/picorest", "/lib/picorest/old"))  # of a program that was installed among the user's files
BOARDS = pytest.mark.parametrize("name", ["nodemcu", "esp32"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A board that is a process next door answers at once, or never."""
    monkeypatch.setattr(SerialTransport.read_until, "__defaults__", (1, None, None))
    monkeypatch.setattr(SerialTransport.exec_raw, "__defaults__", (1, None))


@pytest.fixture
def programs(name, tmp_path):
    """The builds of two programs for the board called `name`."""
    return [built(name, tmp_path, program(tmp_path, which)) for which in ("old", "new")]


@pytest.fixture
def board(name):
    with Supervisor(name) as board:
        assert board.wait_ready()
        yield board


@BOARDS
def test_a_blank_board_then_the_same_again_then_another(name, board, programs, monkeypatch, capsys, tmp_path):
    old, new = programs
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"hostname": "mine"}))
    deployed(board, old, monkeypatch, config)
    assert started(board) == "old"
    first = capsys.readouterr().out
    assert "copying the program" in first and "configuration copied" in first and "open http://192.168.1.77/" in first
    writes = board.page.number(WRITES)
    deployed(board, old, monkeypatch)
    assert "nothing copied" in capsys.readouterr().out and board.page.number(WRITES) == writes
    with Repl(board.console.port) as repl:
        repl.run("import os\nfor place in LEFT:\n    os.mkdir(place)\nopen('/lib/mine.py', 'w').close()".replace("LEFT", LEFT))
        repl.run("open('/lib/picorest/old/one.mpy', 'w').close()")
    deployed(board, new, monkeypatch)
    assert "on trial" in capsys.readouterr().out
    assert running(board) == "new"
    with Repl(board.console.port) as repl:
        assert repl.eval("open('config.json').read()") == '{"hostname": "mine"}'
        left = ["mine.py"] if name == "esp32" else ["mine.py", "picorest"]  # there the program is in the ROMFS partition
        assert sorted(repl.eval("__import__('os').listdir('/lib')")) == left


@pytest.mark.parametrize("name", ["nodemcu"])
def test_pages_that_are_lost_are_copied_again(name, board, programs, monkeypatch):
    deployed(board, programs[0], monkeypatch)
    assert started(board) == "old"
    with Repl(board.console.port) as repl:
        assert repl.run("import os; print(open('picorest.www0', 'rb').read() and os.remove('picorest.www0'))") == "None\n"
    deployed(board, programs[0], monkeypatch)
    assert started(board) == "old"


@BOARDS
def test_deploying_again_during_a_trial_begins_it_anew(name, board, programs, monkeypatch, capsys):
    deployed(board, programs[0], monkeypatch)
    for _ in range(2):
        deployed(board, programs[1], monkeypatch)
        assert "on trial" in capsys.readouterr().out and running(board) == "new"
    assert "a timer from before" not in said(board)
    assert started(board) == "old"


@BOARDS
@pytest.mark.parametrize("trouble", [
    "raise ValueError('broken')",
    "import sys; sys.exit(1)",
    "import time; time.sleep(100000)",
    "import machine; machine.reset()",
])  # fmt: skip
def test_a_program_that_does_not_live_gives_way_to_the_one_before(name, trouble, tmp_path, monkeypatch):
    old = built(name, tmp_path, program(tmp_path, "old"))
    bad = built(name, tmp_path, program(tmp_path, "bad", trouble))
    with Supervisor(name, files=old.files, romfs=old.romfs, speed=20) as board:
        assert running(board) == "old"
        deployed(board, bad, monkeypatch)
        wait(lambda: "did not prove itself: - runs" in said(board))
        wait(lambda: running(board) == "old")
        assert started(board) == "old"


@BOARDS
def test_a_program_that_does_not_even_start_is_told_by_the_command(name, tmp_path, monkeypatch):
    old = built(name, tmp_path, program(tmp_path, "old"))
    bad = built(name, tmp_path, program(tmp_path, "bad", source="raise ValueError\n"))
    with Supervisor(name, files=old.files, romfs=old.romfs, speed=20) as board:
        assert running(board) == "old"
        with pytest.raises(UserError, match="does not run on this board .* the version before runs again"):
            deployed(board, bad, monkeypatch)
        assert started(board) == "old"


@BOARDS
def test_a_program_that_cannot_even_be_read_is_told_on_the_console(name, tmp_path, monkeypatch):
    broken = built(name, tmp_path, program(tmp_path, "none", source="import not_there\n"))
    with Supervisor(name, speed=30) as board:
        assert board.wait_ready()
        with pytest.raises(UserError, match="stops with an error"):
            deployed(board, broken, monkeypatch)
        assert any("run ./deploy.sh deploy over USB" in line for line in board.console.lines())


@pytest.mark.parametrize(("name", "file", "size", "words"), [
    ("nodemcu", "rom/data.bin", 165_000, "half of the ROMFS partition .*: too large"),
    ("nodemcu", "files/picorest.www0", 3_300_000, "bytes free, and 33..... are needed"),
    ("esp32", "files/data.bin", 3_000_000, "bytes free, and 30..... are needed"),
])  # fmt: skip
def test_a_program_that_has_no_room_is_refused_before_anything_is_copied(name, file, size, words, board, tmp_path, monkeypatch):
    made, writes = built(name, tmp_path, program(tmp_path, "new")), board.page.number(WRITES)
    (made.files.parent / file).write_bytes(bytes(size))
    if made.romfs:
        made.romfs.write_bytes(romfs_image(made.files.with_name("rom")))
    with pytest.raises(UserError, match=words):
        deployed(board, made, monkeypatch)
    assert board.page.number(WRITES) == writes


def cuts(template, tmp_path, name, act, stride, lives=lambda board: started(board) in ("old", "new")):
    """Run act(board, number) on a board with this flash, for every number until nothing was cut any more."""
    number, step = 1, 1 if ALL else stride
    while True:
        place = tmp_path / "flash"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(template, place)
        with Supervisor(name, flash=place) as board:
            assert board.wait_ready()
            if not act(board, number):
                assert number > 10 and running(board) == "new"
                return
            assert lives(board), number
        number += step


@pytest.fixture
def template(name, tmp_path, programs):
    """A flash with the old program."""
    old = programs[0]
    with Supervisor(name, flash=tmp_path / "template", files=old.files, romfs=old.romfs) as board:
        assert running(board) == "old"
    return tmp_path / "template"


@pytest.fixture
def pulled(programs, monkeypatch):
    """A function that deploys the new program over a cable that is pulled after so many packets; whether it was."""

    def act(board, number):
        cable = Cable(board.console.port, number)
        try:
            deployed(board, programs[1], monkeypatch, port=cable.url)
        except LinkError as error:
            assert "cable" in str(error) or "reset button" in str(error) or "nobody answers" in str(error)
        cable.close()
        return cable.cut

    return act


@pytest.mark.long
@BOARDS
def test_a_cable_that_is_pulled_at_any_moment(name, template, tmp_path, pulled):
    cuts(template, tmp_path, name, pulled, {"nodemcu": 37, "esp32": 79}[name])


@pytest.mark.long
@BOARDS
def test_a_cable_that_is_pulled_at_any_moment_of_the_first_deploy(name, tmp_path, pulled):
    with Supervisor(name, flash=tmp_path / "blank") as board:
        assert board.wait_ready()

    def lives(board):
        """The program runs, or MicroPython's prompt is there for the next try, if need be after a word on what to do."""
        with contextlib.suppress(AssertionError):
            return started(board, 1) == "new"
        if "run ./deploy.sh deploy over USB" not in said(board):
            assert said(board).rpartition(MARK)[2].endswith(">>> \n")
        assert not pulled(board, 10**6)
        return running(board) == "new"

    cuts(tmp_path / "blank", tmp_path, name, pulled, {"nodemcu": 97, "esp32": 254}[name], lives)


def cut_off(board, number, torn, programs, monkeypatch):
    """Deploys while the power goes at a write; whether it has gone."""
    board.change({"power": {"cut_after_writes": number, "torn": torn}})
    with contextlib.suppress(UserError):
        deployed(board, programs[1], monkeypatch)
    cut = not board.page.number(COUNTDOWN)
    board.change({"power": None})
    return cut


@pytest.mark.long
@BOARDS
@pytest.mark.parametrize("torn", ["lost", "old", "half"] if ALL else ["half"])
def test_power_that_goes_at_any_write_and_deploying_again_repairs(name, torn, template, tmp_path, programs, monkeypatch):
    def act(board, number):
        cut = cut_off(board, number, torn, programs, monkeypatch)
        if cut:
            assert started(board) in ("old", "new"), number
        if cut and number % 3 == 1:
            deployed(board, programs[1], monkeypatch)
            assert running(board) == "new"
        return cut

    cuts(template, tmp_path, name, act, {"nodemcu": 15, "esp32": 61}[name])


@pytest.mark.long
@pytest.mark.parametrize("name", ["nano_esp32"])
@pytest.mark.parametrize("torn", ["lost", "old", "half"] if ALL else ["half"])
def test_power_that_goes_at_any_write_on_fat_and_deploying_again_repairs(name, torn, template, tmp_path, programs, monkeypatch):
    """FAT may be lost then: the board need not start by itself, but the same command again brings it back."""
    repaired = []

    def act(board, number):
        cut = cut_off(board, number, torn, programs, monkeypatch)
        if cut:
            board.console.say(f"\r\n{MARK}\r\n")
            board.restart("power")
            try:
                deployed(board, programs[1], monkeypatch)
            except LinkError as error:  # what MicroPython itself does not get over
                assert "put MicroPython on it: ./deploy.sh flash" in str(error), number
            else:
                assert running(board) == "new", number
                repaired.append(number)
        return cut

    cuts(template, tmp_path, name, act, 167, lambda board: True)
    assert repaired
