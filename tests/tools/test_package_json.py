"""package.json, from which `mpremote mip install` puts the library on a board."""

import json
import subprocess
import sys

from host import ROOT
from host.build import DEVICE
from host.lint import manifest
from virtualboard.supervisor import Supervisor


def test_it_lists_every_module_of_the_library_and_nothing_else():
    text = (ROOT / "package.json").read_text("utf-8")
    assert text == manifest.made(ROOT), "run ./deploy.sh check --fix"
    found = json.loads(text)
    listed = {source for _, source in found["urls"]}
    needed = {*(DEVICE / "lib" / "picorest").rglob("*.py"), *(DEVICE / "www").iterdir(), DEVICE / "app.py"}
    assert listed == {path.relative_to(ROOT).as_posix() for path in needed}
    assert f'version = "{found["version"]}"' in (DEVICE / "app.py").read_text("utf-8")


def test_the_check_finds_a_module_that_is_missing_there_and_writes_it(tmp_path):
    library = tmp_path / "device" / "lib" / "picorest"
    library.mkdir(parents=True)
    (tmp_path / "device" / "app.py").write_text('version = "1.2.3"\n')
    (library / "one.py").write_text("")
    (tmp_path / "device" / "www").mkdir()
    assert manifest.check(tmp_path, fix=True) == [] and manifest.check(tmp_path) == []
    (library / "two.py").write_text("")
    assert [str(finding) for finding in manifest.check(tmp_path)] == [
        "package.json:1: it does not list what lies in device/lib/picorest and device/www: ./deploy.sh check --fix writes it"
    ]
    assert manifest.check(tmp_path, fix=True) == [] and manifest.check(tmp_path) == []
    assert json.loads((tmp_path / "package.json").read_text())["urls"][2] == ["picorest/two.py", "device/lib/picorest/two.py"]


def test_mpremote_installs_from_a_checkout(tmp_path):
    """Three small files stand for all, which take a minute."""
    package = json.loads((ROOT / "package.json").read_text())
    package["urls"] = sorted(package["urls"], key=lambda url: (ROOT / url[1]).stat().st_size)[:3]
    (tmp_path / "package.json").write_text(json.dumps(package))
    (tmp_path / "device").symlink_to(DEVICE)
    with Supervisor("esp32", speed=10) as board:
        assert board.wait_ready()
        command = [sys.executable, "-m", "mpremote", "connect", f"socket://127.0.0.1:{board.console.port}"]
        install = [*command, "mip", "install", "./package.json"]
        done = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        for name, source in package["urls"]:
            there = subprocess.run([*command, "fs", "cat", f":/lib/{name}"], capture_output=True, timeout=60)
            assert there.stdout.replace(b"\r\n", b"\n") == (ROOT / source).read_bytes()
