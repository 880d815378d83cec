"""Black-box tests over HTTP, against virtual boards (the default) or a real one: --board http://ADDRESS."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from hosttests.support.dashboard_fixtures import dashboards, new_page, page  # noqa: F401 (fixtures for all tests)
from hosttests.support.real_board import RealBoard
from virtualboard.client import Board, VirtualBoard
from virtualboard.engines import ENGINES

FREE_PINS = {"nodemcu": ("D5", "D6"), "esp32": ("25", "26"), "nano_esp32": ("D4", "D5"), "esp32c3": ("5", "6")}
REAL = pytest.StashKey[RealBoard]()
MISSING = pytest.StashKey[Counter]()  # what the engine lacks: how many tests did not run for it


# so many sequences of so many steps each, see test_model.py
settings.register_profile("large", max_examples=40, stateful_step_count=50)


def pytest_addoption(parser):
    group = parser.getgroup("picorest")
    group.addoption(
        "--board", default="virtual", metavar="WHERE", help="virtual[:NAME], or http://ADDRESS for a real board"
    )
    group.addoption(
        "--engine", default="native", choices=list(ENGINES), help="the interpreter of the virtual boards (default native)"
    )
    group.addoption(
        "--free-pins", default="", metavar="PINS", help="pins of the real board that nothing is wired to, as in D5,D6"
    )
    group.addoption("--happenings", type=int, default=40, metavar="COUNT", help="how much happens in test_happenings.py")


def pytest_configure(config):
    VirtualBoard.engine = config.getoption("--engine")
    where = config.getoption("--board")
    kind, _, name = where.partition(":")
    if kind in ("http", "https"):
        pins = [pin for pin in config.getoption("--free-pins").replace(",", " ").split() if pin]
        try:
            config.stash[REAL] = RealBoard(where, pins)
        except ConnectionError as error:
            raise pytest.UsageError(str(error)) from None
    elif kind != "virtual" or (name and name not in FREE_PINS):
        raise pytest.UsageError(f"--board {where}: say virtual, virtual:NAME ({', '.join(FREE_PINS)}) or http://ADDRESS")


def pytest_generate_tests(metafunc):
    if "board_name" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("boards")
    names = marker.args if marker else ()
    chosen = metafunc.config.getoption("--board").partition("virtual:")[2]
    if REAL in metafunc.config.stash:
        chosen = metafunc.config.stash[REAL].name
    if not chosen:
        params = names or ["nodemcu"]
    elif names and chosen not in names:
        params = [pytest.param(chosen, marks=pytest.mark.skip(reason=f"this is about {', '.join(names)}"))]
    else:
        params = [chosen]
    metafunc.parametrize("board_name", [_playable(metafunc.config.getoption("--engine"), each) for each in params])


def _playable(engine, board):
    """The board as a parameter, marked if this engine does not play it."""
    others = isinstance(board, str) and board not in (ENGINES[engine].boards or [board])
    return pytest.param(board, marks=pytest.mark.native("other boards")) if others else board


def pytest_collection_modifyitems(config, items):
    """The report about a real board or another engine is about that: tests of the tests and of the documentation do not run,
    nor does what the engine lacks."""
    native = config.getoption("--engine") == "native"
    if native and REAL not in config.stash:
        return
    about = [item for item in items if {"board", "fresh_board"} & set(item.fixturenames) or item.get_closest_marker("world")]
    if not native:
        lacks = {item: item.get_closest_marker("native") for item in about}
        config.stash[MISSING] = Counter(marker.args[0] for marker in lacks.values() if marker)
        about = [item for item in about if not lacks[item]]
    config.hook.pytest_deselected(items=[item for item in items if item not in about])
    items[:] = about


def pytest_runtest_setup(item):
    if REAL in item.config.stash and item.get_closest_marker("world"):
        pytest.skip("needs the world's control port, which a real board has not")


class Boards:
    """The boards that run, one of each name for the whole session."""

    def __init__(self, new_folder):
        self.new_folder = new_folder
        self.running = {}
        self.failures = Counter()

    def get(self, name: str) -> VirtualBoard:
        """The board of this name, started if need be, and started again if it died."""
        board = self.running.get(name)
        if board is None or not board.alive():
            if self.failures[name] > 1:  # a board that does not start would cost every test its patience
                pytest.fail(f"the virtual {name} did not start twice: see the first test that says so", pytrace=False)
            self.failures[name] += 1
            board = self.running[name] = VirtualBoard(name, self.new_folder(name))
            self.failures[name] = 0
        return board

    def close(self) -> None:
        for board in self.running.values():
            board.close()


@pytest.fixture(scope="session")
def boards(tmp_path_factory):
    found = Boards(tmp_path_factory.mktemp)
    yield found
    found.close()


@pytest.fixture
def board(board_name, boards, request) -> Board:
    """A board that serves. Around a virtual one the world is as at the start; its pins are as this module left them:
    for each module it starts anew."""
    if REAL in request.config.stash:
        return request.config.stash[REAL]
    found = boards.get(board_name)
    found.world.reset()
    if getattr(found, "module", None) != request.node.path:
        found.reboot()
        found.module = request.node.path
    found.wait_until_it_serves()
    return found


@pytest.fixture
def fresh_board(board_name, request, tmp_path):
    """A function that starts a board for this test alone: fresh_board(*options, name=…, flash=folder, config={…}, engine=…)."""
    if REAL in request.config.stash:
        pytest.skip("starts a board of its own, which a real board cannot be")
    started = []

    def start(*options: str, name: str = board_name, flash: Path | None = None, **rest):
        folder = flash or tmp_path / f"board{len(started)}"
        started.append(VirtualBoard(name, folder, *options, **rest))
        started[-1].wait_until_it_serves()
        return started[-1]

    start.started, start.name = started, board_name
    yield start
    for each in started:
        each.close()


@pytest.fixture
def free_pins(board_name, request) -> tuple[str, str]:
    """Two pins that a test may drive."""
    if REAL not in request.config.stash:
        return FREE_PINS[board_name]
    declared = request.config.stash[REAL].free_pins
    if len(declared) < 2:
        pytest.skip("drives two pins: declare two that nothing is wired to, as in --free-pins D5,D6")
    return tuple(declared[:2])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        values = getattr(item, "funcargs", {})
        boards = [values.get("board"), *getattr(values.get("fresh_board"), "started", ())]
        for each in boards:
            if isinstance(each, VirtualBoard):
                report.sections.append((f"console of the virtual {each.name}", each.console()))
    return report


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # one of several processes: each knows of all tests
        session.config.workeroutput["missing"] = dict(session.config.stash.get(MISSING, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    node.config.stash[MISSING] = Counter(getattr(node, "workeroutput", {}).get("missing"))


def pytest_terminal_summary(terminalreporter, config):
    """Against a real board: which part of the API it passed. With another engine: what did not run for want of something."""
    for what, count in config.stash.get(MISSING, Counter()).items():
        terminalreporter.write_line(f"not on the engine {config.getoption('--engine')}: {count} tests, which need: {what}")
    if REAL not in config.stash:
        return
    parts = {}
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.getreports(outcome):
            if outcome != "passed" or report.when == "call":
                parts.setdefault(Path(report.fspath).stem.removeprefix("test_"), Counter())[outcome] += 1
    real = config.stash[REAL]
    terminalreporter.section(f"{real.name} at {real.url}")
    for part, counts in sorted(parts.items()):
        verdict = "FAILED" if counts["failed"] or counts["error"] else "passed" if counts["passed"] else "not tried"
        details = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        terminalreporter.write_line(f"  {part:<20} {verdict:<10} {details}")
