"""Packages for Node.js that tests use: installed once, as a folder's package.json pins them, beside the packages for Python."""

import shutil
import subprocess
from pathlib import Path

import pytest

from host.bootstrap import VENV, checksum


def installed(sources: Path) -> Path:
    """The folder with a copy of `sources` and its node_modules. Skips the test where there is no npm."""
    if not shutil.which("npm"):
        pytest.skip("needs npm")
    folder = VENV / f"{sources.name.replace('_', '-')}-{checksum((sources / 'package.json').read_bytes())}"
    if not (folder / "ready").exists():
        shutil.copytree(sources, folder, dirs_exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
        (folder / "ready").touch()
    return folder
