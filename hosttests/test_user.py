"""Endpoints of one's own: a module `user` on the board's flash, in microdot's manner, beside everything else."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hosttests.support.gpio import level, ok, refused
from hosttests.support.upstreams import HOME

USER = '''
from picorest.problem import Problem


def setup(app):
    @app.get("/hello/<name>")
    async def hello(request, name):
        return {"hello": name, "many": request.args.get("many"), "agent": request.headers["User-Agent"]}

    @app.route("/alarm", methods=["PUT", "POST"])
    async def alarm(request):
        app.pins.drive(request.json["pin"], 1)
        return {"drove": request.json["pin"]}, 201, {"X-Mine": "yes"}

    @app.get("/pages")
    async def pages(request):
        def parts():
            yield "one "
            yield "two"
        return parts(), {"Content-Type": "text/plain"}

    @app.get("/broken")
    async def broken(request):
        return 1 // 0

    @app.get("/refused")
    def refuse(request):
        raise Problem("not-now", "The door is open: close it.", status=409, door=7)
'''


SMALL = '''
def setup(app):
    @app.get("/hello/<name>")
    async def hello(request, name):
        return {"hello": name}

    @app.post("/alarm")
    async def alarm(request):
        return {"was": app.pins.drive("D5", 1)}

    @app.route("/list/<int:n>/<path:rest>", methods=["GET", "PUT"])
    def listed(request, n, rest):
        said = request.json if request.method == "PUT" else request.args.get("a", "none")
        return [n, rest, said, request.headers["user-agent"]], 201, {"X-Mine": "yes"}

    @app.get("/text")
    def text(request):
        return "plain"

    @app.get("/broken")
    async def broken(request):
        return 1 // 0
'''


def mpremote(board, *words):
    tool = Path(sys.executable).with_name("mpremote")
    done = subprocess.run([tool, "connect", board.serial, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def told(board, words):
    """Whether the serial console says these words, which may take a moment."""
    for _ in range(50):
        if words in board.console():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def with_user(fresh_board, tmp_path):
    """A function that starts a board with this module on it."""

    def start(source):
        board = fresh_board(config={"wifi": HOME})
        (tmp_path / "user.py").write_text(source)
        mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
        board.wait_until_it_serves()
        return board

    return start


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_a_module_of_the_users_own(with_user, free_pins):
    board = with_user(USER)
    gpio = ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))["pin"]

    said = board.get("/hello/Zo%C3%AB?many=2", headers={"User-Agent": "tests"})
    assert (said.status_code, said.json()) == (200, {"hello": "Zoë", "many": "2", "agent": "tests"})
    said = board.post("/alarm", {"pin": free_pins[0]})
    assert (said.status_code, said.json(), said.headers["X-Mine"]) == (201, {"drove": free_pins[0]}, "yes")
    assert level(board, gpio) == 1
    assert board.get("/pages").text == "one two"
    assert board.request("HEAD", "/hello/x").content == b""

    refused(board.get("/broken"), 500, "internal-error")
    assert "ZeroDivisionError" not in board.get("/broken").text and told(board, "ZeroDivisionError")
    assert refused(board.get("/refused"), 409, "not-now")["door"] == 7
    problem = refused(board.post("/alarm", {"pin": "no-such-pin"}), 404, "unknown-pin")
    assert problem["pin"] == "no-such-pin"
    refused(board.post("/alarm", {"pin": "6"}), 409, "flash-pin")
    answer = board.get("/alarm")
    refused(answer, 405, "method-not-allowed")
    assert "PUT" in answer.headers["Allow"] and "POST" in answer.headers["Allow"]
    refused(board.get("/nothing"), 404, "not-found")
    assert ok(board.get("/health"))["status"] == "ok"  # ours are as they were


MOUNTED = '''
from microdot import Microdot, abort


def setup(app):
    sub = Microdot()

    @sub.before_request
    async def locked(request):
        if request.headers.get("X-Key") != "open":
            return {"locked": request.path}, 403

    @sub.after_request
    async def sign(request, response):
        response.headers["X-Sub"] = request.url_prefix

    @sub.errorhandler(418)
    async def teapot(request):
        return {"teapot": True}, 418

    @sub.get("/door/<name>")
    async def door(request, name):
        return {"door": name}

    @sub.get("/tea")
    async def tea(request):
        abort(418)

    @app.errorhandler(404)
    async def lost(request):
        return {"lost": request.path}, 404

    @app.errorhandler(405)
    async def wrong(request):
        return {"wrong": request.method}, 405

    app.mount(sub, url_prefix="/sub", local=True)
'''


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_a_mounted_application_keeps_its_hooks(with_user):
    board = with_user(MOUNTED)
    key = {"X-Key": "open"}
    for path in ("/sub/door/front", "/sub/door/front/", "/sub/tea"):
        locked = board.get(path)
        assert (locked.status_code, locked.json()) == (403, {"locked": path.rstrip("/")})
    said = board.get("/sub/door/a%2Fb%20%2525", headers=key)
    assert (said.status_code, said.json(), said.headers["X-Sub"]) == (200, {"door": "a/b %25"}, "/sub")
    assert board.get("/sub/door/x/", headers=key).json() == {"door": "x"}
    assert (board.get("/sub/tea", headers=key).status_code, board.get("/sub/tea", headers=key).json()) == (418, {"teapot": True})
    assert ok(board.get("/gpio/25"))["pin"] == 25  # not for others
    # handlers of errors, with no hook beside them
    lost = board.get("/nothing")
    assert (lost.status_code, lost.json()) == (404, {"lost": "/nothing"})
    wrong = board.put("/sub/door/front", {}, headers=key)
    assert (wrong.status_code, wrong.json()) == (405, {"wrong": "PUT"})
    assert board.request("DELETE", "/status").json() == {"wrong": "DELETE"}


HOOK = '''
def setup(app):
    @app.after_request
    async def sign(request, response):
        response.headers["X-Signed"] = request.method
'''


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_a_hook_of_the_users_is_around_everything(with_user, free_pins, subtests):
    board = with_user(HOOK)
    gpio = ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))["pin"]
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept-Language": "en", "Accept-Encoding": "gzip"}
    page = {**browser, "Upgrade-Insecure-Requests": "1"}
    for name, headers, status in (("program", {}, 200), ("address bar", page, 200), ("loaded by a page", browser, 403)):
        with subtests.test(name):
            answer = board.get(f"/gpio?pin={gpio}&state=toggle", headers=headers)
            assert (answer.status_code, answer.headers.get("X-Signed")) == (status, "GET" if status == 200 else None)
    assert level(board, gpio) == 0


@pytest.mark.world
@pytest.mark.native("the prompt")
def test_a_small_one_on_an_esp8266(with_user):
    board = with_user(SMALL)
    assert board.get("/hello/you").json() == {"hello": "you"}
    assert board.post("/alarm", {}).json() == {"was": 0} and level(board, 14) == 1
    assert ok(board.get("/gpio?pin=D5"))["state"] == 1
    refused(board.get("/nothing"), 404, "not-found")
    for _ in range(20):
        assert board.get("/hello/again").json() == {"hello": "again"}
    mine = {"User-Agent": "tests"}
    said = board.get("/list/7/a/b?a=Zo%C3%AB", headers=mine)
    assert (said.status_code, said.json(), said.headers["X-Mine"]) == (201, [7, "a/b", "Zoë", "tests"], "yes")
    assert board.put("/list/-1/x", {"y": 1}, headers=mine).json() == [-1, "x", {"y": 1}, "tests"]
    assert board.get("/list/-1/x%2Fy/%25/", headers=mine).json()[:2] == [-1, "x/y/%/"]
    assert board.get("/hello/a%2Fb%20c").json() == {"hello": "a/b c"} == board.get("/hello/a%2Fb%20c/").json()
    refused(board.get("/list/x/y"), 404, "not-found")
    answer = board.request("DELETE", "/list/1/y")
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, PUT, HEAD, OPTIONS"
    said = board.get("/text")
    assert (said.text, said.headers["Content-Type"]) == ("plain", "text/plain; charset=UTF-8")
    assert board.request("HEAD", "/text").content == b""
    refused(board.get("/broken"), 500, "internal-error")
    assert told(board, "ZeroDivisionError")


LONG = """
def setup(app):
    @app.get("/say/<word>")
    def say(request, word):
        return {"long": len(word)}

    @app.get("/spell/<re:[a-z]+:word>")
    def spell(request, word):
        return {"long": len(word)}
"""


@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.world
@pytest.mark.native("the prompt")
def test_a_path_is_as_long_as_it_likes(with_user):
    board = with_user(LONG)
    for long in (1, 30, 60, 200, 900):
        said = board.get("/say/" + "a" * long)
        assert said.status_code in (200, 404), said.text
        # re takes some of the stack for each character
        if long < 40 or board.name == "nodemcu":
            assert said.json() == {"long": long}
        assert board.get("/spell/" + "a" * long).status_code in (200, 404)
        assert board.get("/other/" + "é" * (long // 6 + 1)).status_code == 404
    assert "recursion" not in board.console()
