"""Prometheus's service discovery over HTTP: it asks for the list of boards now and then."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from host import UserError
from host.board.cable import say
from host.board.fleet import Fleet

PORT = 9790


class Handler(BaseHTTPRequestHandler):
    """GET / answers what the file says at that time."""

    file: Path

    def do_GET(self) -> None:
        status, kind = 200, "application/json"
        try:
            data = Fleet(self.file).targets()
        except UserError as error:  # Prometheus keeps the boards that it knows
            status, kind, data = 500, "text/plain; charset=utf-8", f"{error}\n".encode()
            say(str(error))
        if self.path != "/":
            status, kind, data = 404, "text/plain; charset=utf-8", b"The list of boards is at /.\n"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_) -> None:
        pass


def server(file: Path, bind: str, port: int) -> ThreadingHTTPServer:
    """A server of that list, which waits for serve_forever(). Raises UserError."""
    try:
        return ThreadingHTTPServer((bind, port), type("Ours", (Handler,), {"file": file}))
    except (OSError, OverflowError) as error:
        raise UserError(f"{bind}:{port} cannot be used: {error}; choose another one with --port") from None


def serve(file: Path, bind: str, port: int) -> None:
    """Answer until the process ends."""
    with server(file, bind, port) as ours:
        say(f"Prometheus finds the boards of {file} at http://{bind}:{ours.server_address[1]}/")
        ours.serve_forever()
