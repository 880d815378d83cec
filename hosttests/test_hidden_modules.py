"""Files of the user's that have the name of a module of MicroPython or of picorest: the program runs all the same."""

import pytest

from hosttests.support.gpio import ok
from virtualboard.client import wait
from virtualboard.repl import Repl

pytestmark = [pytest.mark.world, pytest.mark.native("the prompt"), pytest.mark.boards("nodemcu", "esp32")]
NAMES = "app json random asyncio picorest microdot os time machine errno socket select struct binascii hashlib base names".split()


def put(board, files):
    board.at_the_prompt("".join(f"f = open({name!r}, 'w'); f.write({text!r}); f.close()\n" for name, text in files.items()))


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_file_that_would_hide_a_module(fresh_board, name):
    board = fresh_board(config={})
    put(board, {f"{name}.py": "raise Exception('this is not what was meant')\n"})
    for path in ("/health", "/gpio", "/wifi", "/status", "/time"):
        assert board.get(path).status_code in (200, 503), path
    assert ok(board.get("/health"))["status"] == "ok"
    assert "not what was meant" not in board.console()


@pytest.mark.boards("esp32")
def test_folders_and_what_lies_in_lib_hide_nothing_either(fresh_board):
    board = fresh_board(config={})
    text = "raise Exception('this is not what was meant')\n"
    with Repl(int(board.serial.rpartition(":")[2])) as repl:
        repl.run("import os; os.mkdir('json'); os.mkdir('re')")
    put(board, {name: text for name in ("json/__init__.py", "re/__init__.py", "lib/random.py", "lib/hashlib.mpy")})
    for path in ("/health", "/gpio", "/status"):
        ok(board.get(path))
    assert "not what was meant" not in board.console()


def test_a_program_of_the_users_beside_this_one(fresh_board, board_name):
    board = fresh_board(config={})
    if board_name == "nodemcu":  # the program lies in a place of its own, as after ./deploy.sh deploy on any board
        put(board, {"app.py": "raise Exception('this is not what was meant')\n"})
        assert ok(board.get("/health"))["status"] == "ok"
        return
    with Repl(int(board.serial.rpartition(":")[2])) as repl:
        repl.run("f = open('app.py', 'w'); f.write('raise Exception()'); f.close()")
    board.world.put({"power": "cut"})
    board.world.wait(lambda world: "app.py on this board hides the program" in "".join(world["console"]))


def test_beside_a_module_of_the_users(fresh_board, board_name):
    board = fresh_board(config={})
    files = {f"{name}.py": "raise Exception('this is not what was meant')\n" for name in ("json", "hashlib", "random")}
    files["helper.py"] = "answer = 42\n"
    files["user.py"] = "import helper\ndef setup(app):\n    @app.get('/mine')\n    async def mine(request):\n"
    files["user.py"] += "        return {'is': helper.answer}\n"
    put(board, files)
    wait(lambda: board.get("/mine").status_code == 200, "the user's endpoint does not answer")
    assert board.get("/mine").json() == {"is": 42}
    for path in ("/gpio", "/wifi", "/status"):
        ok(board.get(path))
    said = board.console()
    for name in ("json", "hashlib", "random") if board_name == "nodemcu" else ():
        assert f"{name}.py is not used" in said
    assert "helper.py is not used" not in said and "user.py is not used" not in said and "not what was meant" not in said


def test_the_prompt_has_the_users_folders_again(fresh_board):
    board = fresh_board(config={})
    put(board, {"mine.py": "answer = 42\n"})
    with Repl(int(board.serial.rpartition(":")[2])) as repl:
        assert repl.eval("__import__('mine').answer") == 42
