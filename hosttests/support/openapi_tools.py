"""Who reads /openapi.json: packages of requirements-openapi.txt, in a folder of their own."""

import os
import subprocess
import sys

from host import ROOT, bootstrap

FOLDER = bootstrap.VENV / "openapi"


def importable() -> None:
    """Make these packages known to this process, behind all others."""
    bootstrap.ensure("requirements-openapi", FOLDER)
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))


def run(module: str, *arguments: object, **rest) -> str:
    """What `python -m MODULE ARGUMENTS` says; AssertionError with that if it fails. The rest goes to subprocess.run()."""
    bootstrap.ensure("requirements-openapi", FOLDER)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{FOLDER}", "PYTHONUTF8": "1", **rest.pop("env", {})}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, env=environment, timeout=300, **pipes, **rest)
    assert done.returncode == 0, f"{module} failed:\n{done.stdout}"
    return done.stdout
