"""The board's side of an update over Wi-Fi, as the host sees it."""

import hashlib
import io
import tarfile
import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from host import UserError
from host.board.cable import Progress, say
from host.board.probe import board_of
from host.board.signing import Key
from host.build import FIXED, Build, build
from host.build.parts import HALF

if TYPE_CHECKING:
    import requests

PATIENCE = 240  # seconds: a restart, Wi-Fi, the trial of two minutes, and the way back
PIECE = 1024
TRIES = 3  # for a board that has no memory for a request at the moment
SOON = 5  # seconds that one waits for the next try


class Board:
    """A board that is reached over HTTP. say, progress: how it tells what it does, as say and Progress in cable.py."""

    def __init__(self, url: str, token: str, say: Callable[[str], None] = say, progress: Callable = Progress):
        self.say, self.progress = say, progress
        self.url = (url if "://" in url else f"http://{url}").rstrip("/")
        import requests

        self.session = requests.Session()
        self.session.trust_env = False
        self.sign_in(token)

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_) -> None:
        self.session.close()

    def sign_in(self, token: str) -> None:
        """Use this token from now on; "": none."""
        self.session.headers["Authorization"] = f"Bearer {token}" if token else None

    def get(self, path: str) -> dict:
        """The JSON of a good answer. UserError with the board's own words if there is none."""
        return _read(self.ask("GET", path))

    def ask(self, method: str, path: str, **rest) -> "requests.Response":
        """Any answer, but for one that asks to come again soon: then the next. The rest is that of requests.request."""
        for tries in range(TRIES):
            try:
                answer = self.session.request(method, self.url + path, timeout=15, **rest)
            except (OSError, ValueError) as error:  # those of requests are some, too
                raise UserError(
                    f"no answer from {self.url}: is that the board's address, and this computer in its network? ({_short(error)})"
                ) from None
            later = answer.headers.get("Retry-After", "")
            if answer.status_code != 503 or not later.isdecimal() or int(later) > SOON or tries == TRIES - 1:
                break
            time.sleep(int(later))
        return answer

    def change(self, method: str, path: str, data: dict | None = None) -> dict:
        """The JSON of a good answer to a request that changes something."""
        return _read(self.ask(method, path, json=data))

    def state(self) -> dict:
        """What GET /update says."""
        return self.get("/update")

    def build_name(self) -> str:
        """The build that fits the board's chip."""
        return board_of(self.get("/status").get("chip", "").upper())

    def send(self, data: bytes, ident: str, **more: str) -> None:
        """Upload a version; returns when the board has checked it. UserError if it did not take it. more: its signature."""
        progress = self.progress("sending the program", len(data))

        def pieces() -> Iterator[bytes]:
            for at in range(0, len(data), PIECE):
                yield data[at : at + PIECE]
                progress.add(len(data[at : at + PIECE]))

        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(data))}
        params = {"id": ident, "sha256": hashlib.sha256(data).hexdigest(), **more}
        try:
            body = _Sized(pieces(), len(data))
            answer = self.session.put(self.url + "/update", params=params, data=body, headers=headers, timeout=60)
        except OSError as error:
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
                self.say("the new version runs; it stays if it is well for half a minute")
        raise UserError(f"the board did not come back within {PATIENCE} seconds: look at it with ./deploy.sh monitor")


def update(
    board: Board,
    build: Callable[..., Build] = build,
    key: Key | None = None,
    chosen: Callable[[str, Collection[str] | None], Collection[str] | None] = lambda name, before: before,
) -> str:
    """Put this version on the board, signed with the key, and wait until it has proved itself. What it runs now, in words. chosen:
    of the board's name and the parts that it has, those that an ESP8266's program gets, see host/build/parts.py."""
    state = board.state()
    if not state["enabled"]:
        raise UserError(
            "the board has no token, and so takes no updates over Wi-Fi: set one (`token` in its configuration), or use USB: "
            "./deploy.sh deploy"
        )
    if not board.session.headers["Authorization"]:
        raise UserError("updates need the board's token: --token TOKEN, or the environment variable PICOREST_TOKEN")
    wanted = state.get("signed")  # a board of before has none
    if wanted and not key:
        raise UserError(f"the board takes signed updates only (update.{wanted} in its configuration): --sign KEYFILE")
    name = board.build_name()
    board.say(f"building for {name}")
    made = build(name, chosen=chosen(name, state.get("parts")))
    new = made.id[:8]
    if state["running"] == new:
        return "the board runs this version already: nothing sent"
    data = pack(made, state["format"])
    if len(data) > state["max"]:
        raise UserError(f"the update has {len(data)} bytes, and the board takes {state['max']}: use USB, ./deploy.sh deploy")
    board.send(data, new, **(key.parameters(wanted, data) if key and wanted else {}))
    board.say("it arrived whole; the board restarts")
    board.wait_for(new)
    words = "" if wanted or not key else "; it takes unsigned ones, too: set `update` in its configuration, see docs/update.md"
    return f"the board runs the new version {new}, and keeps it{words}"


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


def _read(answer: "requests.Response") -> dict:
    """The JSON of a good answer; a problem becomes a UserError with the board's own sentence."""
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if answer.ok and isinstance(said, dict) and said:
        return said
    if answer.status_code == 404:
        path = urlsplit(answer.url).path
        raise UserError(f"this board's picorest has no {path}: put this version on it over USB, ./deploy.sh deploy")
    raise UserError(f"the board answered {answer.status_code}: {said.get('detail', answer.reason)}")


def _short(error: Exception) -> str:
    return str(error).rsplit(":", 1)[-1].strip(" ')>\"")
