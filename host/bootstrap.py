"""Set up the virtual environment with the packages of a command, and say where one cannot be had. Standard library only.

A file `ready-NAME-CHECKSUM` in .venv says that NAME.txt, with that checksum, is installed; it is written last, so an
interrupted set-up is noticed and made again. A lock keeps two terminals from doing it at once.
"""

import contextlib
import importlib
import importlib.util
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import host

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OPTIONAL = {"requirements-pages"}  # files without which all works, for computers that the packages have no build for
COMPLETE = {"requirements-wasm32"}  # files that name everything, so that nothing else is installed
SOURCES = {"requirements-microdot-tests"}  # files of packages of which the source is wanted, packed as it is
NO_BUILD = "No matching distribution"
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "ProxyError",
    "SSLError",
    "CERTIFICATE_VERIFY_FAILED",
    "Connection refused",
    "Network is unreachable",
)


class SetupError(Exception):
    """The tools cannot be installed here; the message says what to do."""


def ensure(name: str, folder: Path | None = None) -> None:
    """Install NAME.txt into .venv, or into a folder of its own there, unless that has been done. Raises SetupError."""
    if not is_ready(name):
        with _lock():
            if not is_ready(name):
                _install(name, folder)
        importlib.invalidate_caches()


def is_ready(name: str) -> bool:
    return stamp(name).exists() and python().exists()


def stamp(name: str) -> Path:
    return VENV / f"ready-{name}-{checksum((ROOT / f'{name}.txt').read_bytes())}"


def python() -> Path:
    """The Python of .venv."""
    return VENV / "Scripts" / "python.exe" if host.WINDOWS else VENV / "bin" / "python"


def checksum(data: bytes) -> int:
    return zlib.crc32(data)


def inside() -> bool:
    """Whether this Python is that of .venv, so that what is installed can be imported."""
    try:
        return os.path.samefile(sys.prefix, VENV)
    except OSError:
        return False


def explain_pip(output: str) -> str:
    """What pip's complaint means, in words that name the next step."""
    tail = "\n".join(line[:200] for line in output.strip().splitlines()[-3:])
    if any(sign in output for sign in NO_NETWORK):
        return (
            "the packages could not be downloaded: is this computer online? Behind a proxy set HTTPS_PROXY, with a "
            f"package mirror set PIP_INDEX_URL, then run the command again. pip said:\n{tail}"
        )
    if NO_BUILD in output:
        return (
            "a package has no build for this computer. On a Raspberry Pi with a 32-bit system piwheels.org has it: run it with "
            "PIP_EXTRA_INDEX_URL=https://www.piwheels.org/simple in front. Elsewhere on Linux the C library may be too old "
            f"(glibc 2.28 or musl 1.2 is needed; Debian 10, Ubuntu 20.04 and later have it). pip said:\n{tail}"
        )
    if "No space left" in output:
        return f"the disk is full: about 150 MB are needed in {VENV}"
    return f"installing the packages failed. pip said:\n{tail}"


def _install(name: str, folder: Path | None) -> None:
    size = "about a minute" if name == "requirements" else "a moment"
    print(f"Setting up {VENV} from {name}.txt (once, {size}) ...", file=sys.stderr, flush=True)
    ours = list(VENV.glob("ready-requirements-*"))
    if not ours or not python().exists():
        _make_venv()
    for old in VENV.glob(f"ready-{name}-*"):
        old.unlink()
    pip = [python(), "-I", "-m", "pip"]
    if not _works([*pip, "--version"]):
        pip = [sys.executable, "-m", "pip", "--python", python()]
    run = _run([*pip, *_options(name, folder), "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "-r",
                ROOT / f"{name}.txt"])  # fmt: skip
    offline = any(sign in run.stdout for sign in NO_NETWORK)
    if run.returncode and (name not in OPTIONAL or offline or NO_BUILD not in run.stdout):
        raise SetupError(explain_pip(run.stdout))
    stamp(name).touch()


def _options(name: str, folder: Path | None) -> list:
    if name in SOURCES:
        return ["download", "--no-deps", "--no-binary", ":all:", "--dest", folder]
    options = ["install", "--only-binary", ":all:", "--no-warn-script-location"]
    if folder:
        options += ["--upgrade", "--no-deps", "--target", folder]
    return options + (["--no-deps"] if name in COMPLETE else [])


def _make_venv() -> None:
    """A fresh environment, without a pip of its own where Debian has split that off."""
    bare = importlib.util.find_spec("ensurepip") is None
    if bare and not _works([sys.executable, "-m", "pip", "--version"]):
        raise SetupError("Python has no pip here. Install it (Debian, Ubuntu: apt install python3-venv) and try again.")
    mine = sys._base_executable if inside() else sys.executable
    run = _run([mine, "-m", "venv", "--clear", *(["--without-pip"] if bare else []), VENV])
    if run.returncode:
        hint = "Debian, Ubuntu: apt install python3-venv"
        raise SetupError(f"no virtual environment could be made in {VENV} ({hint}). Python said:\n{run.stdout.strip()}")


def _run(command: list) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )


def _works(command: list) -> bool:
    return _run(command).returncode == 0


@contextlib.contextmanager
def _lock():
    try:
        handle = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        raise SetupError(f"{ROOT} cannot be written to ({error.strerror}): work in a copy of your own") from None
    with handle:
        if not _held(handle):
            print("Waiting for another deploy.sh that is setting up ...", file=sys.stderr, flush=True)
            while not _held(handle):
                time.sleep(0.2)
        yield


def _held(handle) -> bool:
    """Take the lock on an open file, which lasts until that is closed; False: somebody else has it."""
    try:
        if host.WINDOWS:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
