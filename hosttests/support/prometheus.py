"""The real Prometheus on loopback, and its tool that judges what it reads."""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

from virtualboard.client import free_ports, wait


def program(name: str) -> str:
    """Where a program of Prometheus is; the test is skipped where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs the program {name} (Debian package prometheus)")
    return found


def complaints(text: str) -> str:
    """What `promtool check metrics` has to say about an answer; nothing where all is well."""
    done = subprocess.run([program("promtool"), "check", "metrics"], input=text.encode(), capture_output=True, timeout=30)
    return done.stdout.decode() + done.stderr.decode()


class Prometheus:
    """Asks the boards for their metrics, twice a second. A context manager.

    job: members of its scrape configuration beside the targets, such as how it signs in. settings: the whole configuration
    instead, with paths from `folder`."""

    def __init__(self, folder: Path, *boards, job: dict | None = None, settings: dict | None = None):
        self.port = free_ports(1)[0]
        targets = [board.url.removeprefix("http://") for board in boards]
        jobs = [{"job_name": "picorest", "static_configs": [{"targets": targets}], **(job or {})}]
        quick = {"scrape_interval": "500ms", "scrape_timeout": "500ms"}
        file = folder / "prometheus.yml"
        file.write_text(json.dumps(settings or {"global": quick, "scrape_configs": jobs}))  # JSON is YAML too
        self.log = folder / "prometheus.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [program("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdout=output, stderr=output, cwd=folder,
            )  # fmt: skip

    def query(self, expression: str) -> list[dict]:
        """What an expression of PromQL finds now: [{"labels": {…}, "value": number}]."""
        assert self.process.poll() is None, f"Prometheus ended: {self.log.read_text()}"
        with contextlib.suppress(requests.ConnectionError):  # it starts
            address = f"http://127.0.0.1:{self.port}/api/v1/query"
            answer = requests.get(address, {"query": expression}, timeout=10)
            if answer.status_code != 503:
                found = answer.json()["data"]["result"]
                return [{"labels": each["metric"], "value": float(each["value"][1])} for each in found]
        return []

    def wait(self, expression: str) -> list[dict]:
        """The same, as soon as there is something."""
        return wait(lambda: self.query(expression), lambda: f"no {expression}: {self.query('up')} {self.log.read_text()}", 30)

    def __enter__(self) -> "Prometheus":
        return self

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait()
