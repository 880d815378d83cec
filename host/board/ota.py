"""The board's side of an update over Wi-Fi, as the host sees it."""

import hashlib
import io
import tarfile
import time
from collections.abc import Iterator

import requests

from host import UserError
from host.board.cable import Progress, say
from host.board.probe import board_of
from host.build import FIXED, Build

PATIENCE = 240  # seconds: a restart, Wi-Fi, the trial of two minutes, and the way back
PIECE = 1024
HALF = 163840  # bytes: half of the ROMFS partition of an ESP8266


class Board:
    """A board that is reached over HTTP."""

    def __init__(self, url: str, token: str):
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_) -> None:
        self.session.close()

    def get(self, path: str) -> dict:
        try:
            answer = self.session.get(self.url + path, timeout=15)
        except (requests.RequestException, ValueError) as error:
            raise UserError(
                f"no answer from {self.url}: is that the board's address, and this computer in its network? ({_short(error)})"
            ) from None
        return _read(answer)

    def state(self) -> dict:
        """What GET /update says."""
        return self.get("/update")

    def build_name(self) -> str:
        """The build that fits the board's chip."""
        return board_of(self.get("/status").get("chip", "").upper())

    def send(self, data: bytes, ident: str) -> None:
        """Upload a version; returns when the board has checked it. UserError if it did not take it."""
        progress = Progress("sending the program", len(data))

        def pieces() -> Iterator[bytes]:
            for at in range(0, len(data), PIECE):
                yield data[at : at + PIECE]
                progress.add(len(data[at : at + PIECE]))

        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(data))}
        params = {"id": ident, "sha256": hashlib.sha256(data).hexdigest()}
        try:
            body = _Sized(pieces(), len(data))
            answer = self.session.put(self.url + "/update", params=params, data=body, headers=headers, timeout=60)
        except requests.RequestException as error:
            raise UserError(
                f"the connection broke while the program was sent ({_short(error)}); the board keeps its version: try again"
            ) from None
        _read(answer)
        progress.end()

    def wait_for(self, ident: str) -> None:
        """Return when the board runs that version and has confirmed it; UserError if it went back."""
        end, seen = time.monotonic() + PATIENCE, False
        while time.monotonic() < end:
            time.sleep(0.5)
            try:
                state = self.state()
            except UserError:  # it restarts
                continue
            if state["failed"] == ident:
                raise UserError(
                    "the new version did not prove itself, and the one before runs again: its console says more, see "
                    "./deploy.sh monitor"
                )
            if state["running"] == ident and not state["trial"]:
                return
            if state["running"] == ident and not seen:
                seen = True
                say("the new version runs; it stays if it is well for half a minute")
        raise UserError(f"the board did not come back within {PATIENCE} seconds: look at it with ./deploy.sh monitor")


class _Sized:
    """An iterator with a length, so that the request is not chunked."""

    def __init__(self, pieces: Iterator[bytes], length: int):
        self.pieces, self.length = pieces, length

    def __iter__(self):
        return self.pieces

    def __len__(self):
        return self.length


def pack(made: Build, form: str) -> bytes:
    """What PUT /update takes: the ROMFS image, filled up to half of the partition, and its pages; or a tar file of the program."""
    if form == "romfs":
        data = made.romfs.read_bytes()
        if len(data) > HALF:
            raise UserError(f"the program has {len(data)} bytes, and half of the ROMFS partition {HALF}: too large")
        return data.ljust(HALF, b"\xff") + made.pages
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(made.files.rglob("*")):
            name = path.relative_to(made.files).as_posix()
            if path.is_file() and name not in FIXED:
                info = tarfile.TarInfo(name)
                info.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(info, file)
    return out.getvalue()


def _read(answer: requests.Response) -> dict:
    """The JSON of a good answer; a problem becomes a UserError with the board's own sentence."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if answer.ok and isinstance(said, dict) and said:
        return said
    if answer.status_code == 404:
        raise UserError("this board's picorest knows no updates over Wi-Fi: use USB once, ./deploy.sh deploy")
    raise UserError(f"the board answered {answer.status_code}: {said.get('detail', answer.reason)}")


def _short(error: Exception) -> str:
    return str(error).rsplit(":", 1)[-1].strip(" ')>")
