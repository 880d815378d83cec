"""docs/adding.md: what it tells to write, written in a copy of the project, is all that it takes."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest
import requests

from host import ROOT
from virtualboard.client import READY, free_ports, wait

PAGE = (ROOT / "docs" / "adding.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(text: str, kind: str = "") -> list[str]:
    found = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.M | re.S)
    return [textwrap.dedent(block) for block in found]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A clone with what is not committed yet, and the tools of this one."""
    place = tmp_path_factory.mktemp("copy") / "picorest"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(lambda name: (ROOT / name).is_file(), listed.stdout.splitlines()):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    (place / ".venv").symlink_to(ROOT / ".venv")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=place, check=True)
    return place


def run(copy, *words):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "host", *words]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)


def changed(copy) -> set[str]:
    said = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=copy, capture_output=True, text=True, check=True).stdout
    return {line[3:] for line in said.splitlines()} - {".venv"}


@pytest.mark.long
def test_an_endpoint_is_one_file_and_one_test(copy):
    text = section("An endpoint inside picorest")
    source, test = blocks(text, "python")
    files = dict(zip(re.findall(r"`((?:device|hosttests)/\S*blink\.py)`", text), (source, test), strict=False))
    assert len(files) == 2
    for name, content in files.items():
        (copy / name).write_text(content)
    checked = run(copy, "check", "--fix")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    entered = {"device/lib/picorest/routes/__init__.py", "docs/api.md", "package.json"}
    assert changed(copy) == {*files, *entered}, "--fix enters the rest"
    tested = run(copy, "test", "--no-check", "hosttests/test_blink.py")
    assert tested.returncode == 0 and "1 passed" in tested.stdout, tested.stdout


@pytest.mark.long
def test_a_board_is_one_file(copy, tmp_path):
    text = section("A board")
    model, name = re.search(r"Copy `(\S+)` to `(\S+)`", text).groups()
    row, config = blocks(text)[0].strip(), json.loads(re.search(r"configuration: `(\{.*?\})`", text)[1])
    source = (copy / model).read_text()
    number = row.split()[0]
    line = next(line for line in source.splitlines() if line.startswith(f"{number} "))
    (copy / name).write_text(source.replace(line, row))
    (tmp_path / "config.json").write_text(json.dumps(config))
    asked = re.search(r"curl '(http://\S+)'", text)[1]
    port, control, serial = map(str, free_ports(3))
    command = [sys.executable, "host", "virtual", "--config", str(tmp_path / "config.json"), "--flash", str(tmp_path / "flash")]
    command += ["--port", port, "--control-port", control, "--serial-port", serial, "--speed", "10"]
    log = tmp_path / "said.txt"
    with log.open("w") as output, subprocess.Popen(command, cwd=copy, stdout=output, stderr=output) as process:
        try:
            wait(lambda: READY.search(log.read_text()) or process.poll() is not None, log.read_text, 120)
            said = requests.get(asked.replace(":8080", f":{port}"), timeout=20).json()
        finally:
            process.terminate()
    assert (said["pin"], said["name"], said["state"]) == (int(number), "D5", 1)
