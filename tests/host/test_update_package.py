"""package.json, from which `mpremote mip install` puts the library on a board."""

import json
import subprocess
import sys

from host import ROOT
from host.build import DEVICE
from virtualboard.supervisor import Supervisor


def expected():
    library = sorted(path.relative_to(DEVICE / "lib").as_posix() for path in (DEVICE / "lib" / "picorest").rglob("*.py"))
    return [["app.py", "device/app.py"], *([name, f"device/lib/{name}"] for name in library)]


def test_it_lists_every_module_of_the_library_and_nothing_else():
    package = json.loads((ROOT / "package.json").read_text())
    wanted = json.dumps({"urls": expected(), "deps": [], "version": package["version"]}, indent=1)
    assert package["urls"] == expected(), f"package.json has to be:\n{wanted}"
    assert all((ROOT / source).is_file() for _, source in package["urls"])


def test_it_has_the_version_of_the_program():
    version = json.loads((ROOT / "package.json").read_text())["version"]
    assert f'version = "{version}"' in (DEVICE / "app.py").read_text()


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
