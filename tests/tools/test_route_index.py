"""The index of routes, made of decorators; and routes that it cannot hold, each told with its place."""

import ast
from pathlib import Path

import pytest

from host.build import DEVICE, route_index
from host.lint import route_index as lint

HEAD = "from microdot import Microdot\n\napi = Microdot()\n"
ONE = '@api.get("/one/<name>")\n@api.put("/one/<name>")\nasync def one(req, name):\n    return name\n'


def made(*bodies, head=HEAD):
    sources = {f"{route_index.PLACE}m{n}.py": head + body for n, body in enumerate(bodies)}
    return route_index.text(route_index.routes(sources))


def real():
    return {path.relative_to(DEVICE).as_posix(): path.read_text() for path in (DEVICE / route_index.PLACE).glob("*.py")}


def test_each_path_has_a_line_with_its_methods_in_their_order():
    two = '@api.route("/", methods=["POST", "GET"])\ndef two(req):\n    pass\n'
    assert made(ONE, two) == "/ GET m1.two POST m1.two\n/one/<name> GET m0.one PUT m0.one\n"


@pytest.mark.parametrize(("bodies", "line", "why"), [
    ([ONE.replace("<name>", "<int:name>")], 4, "without a type"),
    ([ONE.replace("/one/<name>", "/<name>/one")], 4, "at the end"),
    ([ONE.replace("/one/<name>", "/One/<name>")], 4, "small letters"),
    ([ONE.replace("req, name", "req, pin")], 4, r"with the parameters \(request, name\)"),
    (["PATH = '/x'\n@api.get(PATH)\ndef x(req):\n    pass\n"], 5, "as it stands here"),
    (["@api.get\ndef x(req):\n    pass\n"], 4, "as it stands here"),
    (["M = ['GET']\n@api.route('/x', methods=M)\ndef x(req):\n    pass\n"], 5, "methods is a list of"),
    (["def x():\n    @api.get('/x')\n    def y(req):\n        pass\n"], 5, "of the module itself"),
    (["@api.before_request\ndef x(req):\n    pass\n"], 4, "hooks go to app.py"),
    (["api.mount(Microdot())\n"], 4, "hooks go to app.py"),
    (["@api.get('/x')\ndef _x(req):\n    pass\n"], 4, "public function"),
    ([ONE, ONE], 4, "GET /one/<name> has a handler already, at device/lib/picorest/routes/m0.py:4"),
    ([ONE, ONE.replace("name", "pin").replace("get", "post").replace("put", "patch")], 4, "called /one/<name> at"),
    ([ONE, "@api.get('/one/all')\ndef x(req):\n    pass\n"], 4, "microdot would take /one/all for /one/<name>"),
])  # fmt: skip
def test_what_the_index_cannot_hold_is_refused(bodies, line, why):
    last = f"device/{route_index.PLACE}m{len(bodies) - 1}.py"
    with pytest.raises(route_index.RouteError, match=f"^{last}:{line}: .*{why}"):
        made(*bodies)


def test_a_board_gets_modules_without_decorators_line_by_line():
    for name, source in route_index.modules(real()).items():
        left = route_index.stripped(source)
        assert left.count("\n") == source.count("\n")
        assert not [node for node in ast.walk(ast.parse(left)) if getattr(node, "decorator_list", ())], name
        assert "api" not in {node.id for node in ast.walk(ast.parse(left)) if isinstance(node, ast.Name)}, name
        kept = [line for line, old in zip(left.split("\n"), source.split("\n"), strict=True) if line == old]
        assert len(kept) > 0.7 * source.count("\n")


def test_other_names_of_microdot_stay():
    source = "from microdot import Microdot, Response, abort\n"
    assert route_index.stripped(source) == "from microdot import Response, abort\n"


@pytest.fixture
def tree(tmp_path):
    for name, source in real().items():
        path = tmp_path / "device" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path


def test_the_check_finds_an_index_that_is_old_and_mends_it(tree):
    assert lint.check(tree) == []
    module: Path = tree / "device" / route_index.PLACE / "time.py"
    module.write_text(module.read_text() + '\n\n@api.get("/time/zone")\ndef zone(req):\n    pass\n')
    [finding] = lint.check(tree)
    index = tree / "device" / route_index.INDEX
    assert "check --fix" in finding.text and index.read_text().split("\n")[finding.line - 1].startswith("ROUTES = ")
    assert lint.check(tree, fix=True) == [] == lint.check(tree)
    assert "\n/time/zone GET time.zone\n" in index.read_text()


def test_the_check_says_where_a_route_cannot_be(tree):
    module = tree / "device" / route_index.PLACE / "time.py"
    module.write_text(module.read_text().replace('@api.get("/time")', '@api.get("/gpio")'))
    [finding] = lint.check(tree)
    line = module.read_text().split("\n").index('@api.get("/gpio")') + 1
    assert (finding.path, finding.line) == ("device/lib/picorest/routes/time.py", line)
    assert "has a handler already" in finding.text
