"""The control port: GET and PUT /world, POST /world/reset, errors as application/problem+json."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ports import taken
from .world import Mistake

_LIMIT = 1_000_000


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
    _ways = {"/world": ("GET", "PUT"), "/world/reset": ("POST",), "/world/display.png": ("GET",)}

    def do_GET(self):
        self._serve("GET")

    def do_PUT(self):
        self._serve("PUT")

    def do_POST(self):
        self._serve("POST")

    def do_DELETE(self):
        self._serve("DELETE")

    def do_PATCH(self):
        self._serve("PATCH")

    def _serve(self, method):
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LIMIT))
        path, _, query = self.path.partition("?")
        path = path.rstrip("/") or "/"
        ways = self._ways.get(path)
        if ways is None:
            return self._problem(404, "not-found", "there are GET /world, PUT /world and POST /world/reset")
        if method not in ways:
            return self._problem(405, "method", f"{path} takes {' and '.join(ways)}", {"Allow": ", ".join(ways)})
        try:
            if method == "PUT":
                self.supervisor.change(_json(body))
            elif method == "POST":
                self.supervisor.reset_world()
        except Mistake as mistake:
            return self._problem(400, "world", str(mistake))
        if path.endswith(".png"):
            picture = self.supervisor.picture()
            if picture is None:
                return self._problem(404, "no-display", "there is no display on the I2C wires")
            return self._put(200, "image/png", picture, {"Cache-Control": "no-store"})
        return self._send(200, self.supervisor.view(memory=query == "memory"))

    def _problem(self, status, kind, detail, headers=None):
        title = HTTPStatus(status).phrase
        self._send(status, {"type": kind, "title": title, "status": status, "detail": detail}, headers)

    def _send(self, status, value, headers=None):
        kind = "application/problem+json" if status >= 400 else "application/json"
        self._put(status, kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), headers)

    def _put(self, status, kind, data, headers):
        self.send_response(status)
        for name, text in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def _json(body):
    try:
        return json.loads(body)
    except ValueError:
        raise Mistake("the body is not JSON") from None
