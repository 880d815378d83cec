"""The control port: the desk, the world around the board, its serial console; errors as application/problem+json."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import desk
from .forward import Silent, forward
from .ports import taken
from .world import Mistake

_LIMIT = 1_000_000
_LONGEST = 30  # seconds that GET /world?wait= may wait
_OWN = {"127.0.0.1", "localhost", "::1"}  # no other name leads here, unless somebody has rebound it
_BOARD = "/board/"
# the desk runs its own scripts only, and has the board's page in its frame
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32


class Control:
    """Serves `supervisor` on a port: `port` (0: any), or any free one if it is taken and not `fixed`."""

    def __init__(self, supervisor, port, bind="127.0.0.1", fixed=False):
        handler = type("Handler", (_Handler,), {"supervisor": supervisor})
        try:
            self._server = _Server((bind, port), handler)
        except OSError as problem:
            if fixed:
                raise taken(problem, port, "--control-port", bind) from None
            self._server = _Server((bind, 0), handler)
        self.port = self._server.server_address[1]

    def start(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    supervisor = None
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets: the second would wait 40 ms for the client's word on the first
    _ways = {
        "/": {"GET": "_desk"}, "/desk.json": {"GET": "_describe"}, "/world": {"GET": "_look", "PUT": "_change"},
        "/world/reset": {"POST": "_reset"}, "/world/display.png": {"GET": "_picture"}, "/console": {"POST": "_type"},
    }  # fmt: skip

    def _serve(self):
        method = self.command
        self.body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LIMIT))
        refusal = _stranger(self.headers, method == "GET" and self.path == "/")
        if refusal:
            return self._problem(403, "cross-site", refusal)
        path, _, self.query = self.path.partition("?")
        if path.startswith(_BOARD):
            return self._forward(method)
        path = path.rstrip("/") or "/"
        ways = self._ways.get(path) or (method == "GET" and desk.page(path[1:]) and {"GET": "_desk"})
        if not ways:
            there = ", ".join(f"{way} {path}" for path, ways in self._ways.items() for way in ways)
            return self._problem(404, "not-found", f"there are {there}, and {_BOARD}… for the board itself")
        if method not in ways:
            return self._problem(405, "method", f"{path} takes {' and '.join(ways)}", {"Allow": ", ".join(ways)})
        try:
            return getattr(self, ways[method])()
        except Mistake as mistake:
            return self._problem(400, "world", str(mistake))

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815 (names of http.server)

    def _desk(self, status=200, name=None):
        data, kind = desk.page(name or self.path.partition("?")[0][1:] or "index.html")
        policy = _POLICY if status == 200 else _POLICY.replace("ancestors 'none'", "ancestors 'self'")
        self._send(status, data, {"Content-Type": kind, "Content-Security-Policy": policy, "Cache-Control": "no-cache"})

    def _describe(self):
        self._json(200, desk.describe(self.supervisor))

    def _look(self):
        asked = parse_qs(self.query, keep_blank_values=True)
        if "wait" not in asked:
            return self._json(200, self.supervisor.view(memory="memory" in asked))
        return self._json(200, self.supervisor.view_changed(_seconds(asked["wait"][0]), asked.get("since", [None])[0]))

    def _change(self):
        self.supervisor.change(_parsed(self.body))
        self._look()

    def _reset(self):
        self.supervisor.reset_world()
        self._look()

    def _picture(self):
        picture = self.supervisor.picture()
        if picture is None:
            return self._problem(404, "no-display", "there is no display on the I2C wires")
        return self._send(200, picture, {"Content-Type": "image/png", "Cache-Control": "no-store"})

    def _type(self):
        text = self.body
        if "json" in self.headers.get("Content-Type", ""):
            text = _parsed(text)
            if not isinstance(text, dict) or not isinstance(text.get("text"), str):
                raise Mistake('what is typed is plain text, or JSON such as {"text": "help()\\n"}')
            text = text["text"].encode()
        if not self.supervisor.engine.prompt:
            return self._problem(501, "no-prompt", "this engine has no prompt: use --engine native")
        self.supervisor.console.type(text.replace(b"\r\n", b"\r").replace(b"\n", b"\r"))
        return self._json(200, {"typed": len(text)})

    def _forward(self, method):
        host = "127.0.0.1" if self.supervisor.bind == "0.0.0.0" else self.supervisor.bind
        path = self.path[len(_BOARD) - 1 :]
        try:
            place = host, self.supervisor.port
            status, headers, pieces = forward(place, method, path, self.headers.items(), self.body, self.connection)
        except Silent:
            self.close_connection = True  # a program gets no answer here either
            if "text/html" in self.headers.get("Accept", ""):
                self._desk(503, "silent.html")
            return None
        self.close_connection = True
        self.send_response_only(status)
        for name, value in [*headers, ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
        return None

    def _problem(self, status, kind, detail, headers=None):
        title = HTTPStatus(status).phrase
        self._json(status, {"type": kind, "title": title, "status": status, "detail": detail}, headers)

    def _json(self, status, value, headers=None):
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        kind = "application/problem+json" if status >= 400 else "application/json"
        self._send(status, data, {"Content-Type": kind, **(headers or {})})

    def _send(self, status, data, headers):
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(data)), "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def _stranger(headers, entry):
    """Why a request is refused: a page of another site is behind it, or a name that is not this computer's. None if it is not.

    entry: it is for the desk's page itself, where links may lead.
    """
    host = headers.get("Host", "localhost")
    if _name(host) not in _OWN:
        return f'the control port is 127.0.0.1 or localhost, not "{host}"'
    if entry:
        return None
    site, origin, referer = (headers.get(name) for name in ("Sec-Fetch-Site", "Origin", "Referer"))
    ours = f"http://{host}"
    if (site or "none") in ("none", "same-origin") and (origin or ours) == ours and f"{referer or ours}/".startswith(f"{ours}/"):
        return None
    return f"a page of another site asked for it: open {ours}/ instead"


def _name(host):
    """What stands before the port in a Host header."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _LONGEST:
        raise Mistake(f'"wait" is a number of seconds from 0 to {_LONGEST}')
    return seconds


def _parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        raise Mistake("the body is not JSON") from None
