"""Set up the virtual environment that every other host module runs in. Standard library only.

A file `ready-NAME-CHECKSUM` in .venv says that NAME.txt, with that checksum, is installed; it is written last, so an
interrupted set-up is noticed and made again. A lock keeps two terminals from doing it at once.
"""

import contextlib
import importlib.util
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
HOSTS = {("Linux", "x86_64"), ("Darwin", "arm64")}
COMPLETE = {"requirements-wasm32"}  # files that name everything, so that nothing else is installed
SOURCES = {"requirements-microdot-tests"}  # files of packages of which the source is wanted, packed as it is
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


def main(names: list[str]) -> int:
    try:
        for name in names:
            ensure(name)
    except SetupError as error:
        print(f"deploy.sh: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("deploy.sh: interrupted; run it again to finish the set-up", file=sys.stderr)
        return 130
    return 0


def ensure(name: str, folder: Path | None = None) -> None:
    """Install NAME.txt into .venv, or into a folder of its own there, unless that has been done. Raises SetupError."""
    if not is_ready(name):
        with _lock():
            if not is_ready(name):
                _install(name, folder)


def is_ready(name: str) -> bool:
    return stamp(name).exists() and _python().exists()


def stamp(name: str) -> Path:
    return VENV / f"ready-{name}-{cksum((ROOT / f'{name}.txt').read_bytes())}"


def cksum(data: bytes) -> int:
    """The checksum that the POSIX command of this name prints: deploy.sh compares without starting Python."""
    crc = 0
    size = len(data)
    while size:
        data += bytes((size & 0xFF,))
        size >>= 8
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ 0x104C11DB7 if crc & 0x80000000 else crc << 1
    return crc ^ 0xFFFFFFFF


def unsupported(system: str, machine: str, python: tuple, implementation: str = "CPython") -> str | None:
    """Why the interpreter has no package for this computer and what to do; None when it has one."""
    advice = (
        "picorest runs the real MicroPython, which is packaged for Linux on x86-64 (glibc or musl) and macOS on Apple "
        "silicon, for CPython 3.10 to 3.14.\n"
    )
    if (system, machine) in HOSTS:
        if implementation == "CPython" and (3, 10) <= python[:2] <= (3, 14):
            return None
        this = f"{implementation} {python[0]}.{python[1]}"
        return f"{advice}This is {this}: name another one, as in PYTHON=python3.12 ./deploy.sh ..."
    if system == "Windows" or system.startswith(("MINGW", "MSYS", "CYGWIN")):
        return f"{advice}On Windows use WSL2: run `wsl --install`, open Ubuntu and start ./deploy.sh there."
    return (
        f"{advice}This computer is {system} on {machine}. Use Docker, which emulates one that works:\n"
        '  docker run --rm -it --platform linux/amd64 -p 8080:8080 -v "$PWD":/picorest -w /picorest python:3.12 '
        "./deploy.sh virtual --bind 0.0.0.0"
    )


def explain_pip(output: str) -> str:
    """What pip's complaint means, in words that name the next step."""
    tail = "\n".join(line[:200] for line in output.strip().splitlines()[-3:])
    if any(sign in output for sign in NO_NETWORK):
        return (
            "the packages could not be downloaded: is this computer online? Behind a proxy set HTTPS_PROXY, with a "
            f"package mirror set PIP_INDEX_URL, then run the command again. pip said:\n{tail}"
        )
    if "No matching distribution" in output:
        return (
            "a package has no build for this computer. On Linux the C library may be too old (glibc 2.28 or musl 1.2 "
            f"is needed; Debian 10, Ubuntu 20.04 and later have it). pip said:\n{tail}"
        )
    if "No space left" in output:
        return f"the disk is full: about 150 MB are needed in {VENV}"
    return f"installing the packages failed. pip said:\n{tail}"


def _install(name: str, folder: Path | None) -> None:
    why = unsupported(platform.system(), platform.machine(), sys.version_info, platform.python_implementation())
    if why:
        raise SetupError(why)
    size = "about a minute" if name == "requirements" else "a moment"
    print(f"Setting up {VENV} from {name}.txt (once, {size}) ...", file=sys.stderr, flush=True)
    ours = list(VENV.glob("ready-requirements-*"))
    if not ours or not _python().exists():
        _make_venv()
    for old in VENV.glob(f"ready-{name}-*"):
        old.unlink()
    pip = [_python(), "-I", "-m", "pip"]
    if not _works([*pip, "--version"]):
        pip = [sys.executable, "-m", "pip", "--python", _python()]
    run = _run([*pip, *_options(name, folder), "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "-r",
                ROOT / f"{name}.txt"])  # fmt: skip
    if run.returncode:
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
    run = _run([sys.executable, "-m", "venv", "--clear", *(["--without-pip"] if bare else []), VENV])
    if run.returncode:
        hint = "Debian, Ubuntu: apt install python3-venv"
        raise SetupError(f"no virtual environment could be made in {VENV} ({hint}). Python said:\n{run.stdout.strip()}")


def _python() -> Path:
    return VENV / "bin" / "python"


def _run(command: list) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )


def _works(command: list) -> bool:
    return _run(command).returncode == 0


@contextlib.contextmanager
def _lock():
    import fcntl

    try:
        handle = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        raise SetupError(f"{ROOT} cannot be written to ({error.strerror}): work in a copy of your own") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another deploy.sh that is setting up ...", file=sys.stderr, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
