"""The cable to a board: mpremote's transport, with every failure told in words."""

import contextlib
import io
import struct
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from host import UserError, as_typed
from host.board.serial_ports import LinkError, find_port, why_closed

if TYPE_CHECKING:
    import serial

CORRUPTED = "the board's file system is damaged"
SILENCE = 10  # seconds without a byte after which a board counts as gone


def broken() -> tuple[type[Exception], ...]:
    """What a lost link looks like."""
    from mpremote.transport import TransportError

    return TransportError, OSError, struct.error, IndexError, ValueError, SyntaxError


class Link:
    """A board at the end of a cable. `with Link(port) as link:` opens the port; enter() stops what runs on the board."""

    def __init__(self, port: str | None):
        self.port = find_port(port)
        self.doing = "the board was asked"

    def __enter__(self) -> "Link":
        from mpremote.transport_serial import SerialTransport

        try:
            with contextlib.redirect_stdout(io.StringIO()):
                self.transport = SerialTransport(self.port, timeout=SILENCE)
        except broken():
            raise LinkError(why_closed(self.port)) from None
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(*broken()):
            self.transport.close()

    def enter(self, soft_reset: bool = True) -> None:
        """Stop the program on the board and get MicroPython's prompt, with an empty heap."""
        said = io.StringIO()
        for last in (False, True):
            try:
                with contextlib.redirect_stdout(said):
                    self.transport.enter_raw_repl(soft_reset=soft_reset)
                return
            except broken():
                if "appears to be corrupted" in said.getvalue():
                    raise LinkError(f"{CORRUPTED}: ./deploy.sh deploy mends FAT (Nano ESP32); else ./deploy.sh flash") from None
                if last:
                    raise LinkError(
                        f"there is no MicroPython prompt at {self.port}: press the board's reset button and try again; "
                        "if that does not help, put MicroPython on it: ./deploy.sh flash"
                    ) from None

    @contextlib.contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """What is under way, for the sentence about a link that breaks."""
        from mpremote.transport import TransportExecError

        before, self.doing = self.doing, doing
        try:
            yield
        except TransportExecError as error:
            raise UserError(f"the board reports an error while {doing}: {_last_line(error.error_output)}") from None
        except broken() as error:
            raise LinkError(
                f"the connection to the board broke while {doing} ({error or type(error).__name__}): check cable and "
                "power, then run the same command again; it goes on where it stopped"
            ) from None
        finally:
            self.doing = before

    def run(self, code: str) -> str:
        """Run code on the board; what it printed."""
        with self.step(self.doing):
            return self.transport.exec(code).decode("utf-8", "replace").replace("\r\n", "\n")

    def value(self, expression: str):
        """The value of an expression on the board, where it is a literal."""
        with self.step(self.doing):
            return self.transport.eval(expression)

    def value_of(self, code: str, expression: str, doing: str):
        """Run code, then the value of an expression."""
        with self.step(doing):
            self.transport.exec(code)
            return self.transport.eval(expression)

    def restart(self) -> None:
        """Reset the chip."""
        with self.step("it was restarted"):
            self.transport.exec_raw_no_follow("import machine; machine.reset()")
            self.transport.in_raw_repl = False

    def lines(self, seconds: float) -> Iterator[str]:
        """What the board says on its console from now on; opens the port again if it goes away for a moment."""
        end, rest = time.monotonic() + seconds, b""
        wire = self.transport.serial
        wire.timeout = 0.2
        while time.monotonic() < end:
            try:
                data = wire.read(max(1, wire.in_waiting))
            except OSError:  # a chip with USB of its own takes it down when it restarts
                wire = self._again(end)
                continue
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace").strip("\r\x04> ")

    def _again(self, end: float) -> "serial.SerialBase":
        import serial

        with contextlib.suppress(*broken()):
            self.transport.serial.close()
        while True:
            try:
                self.transport.serial = serial.serial_for_url(self.port, baudrate=115200, timeout=0.2)
                return self.transport.serial
            except (OSError, ValueError):
                if time.monotonic() > end:
                    raise LinkError(f"the board restarted, and {self.port} did not come back: unplug it, plug it in") from None
                time.sleep(0.3)


class Progress:
    """One line that counts up: on a terminal in place, elsewhere only the end."""

    def __init__(self, what: str, total: int):
        self.what, self.total, self.done = what, total, 0
        self.live = sys.stdout.isatty()
        self.add(0)

    def add(self, count: int) -> None:
        self.done += count
        if self.live:
            print(f"\r{self.what}: {100 * self.done // max(1, self.total):3} %", end="", flush=True)

    def end(self) -> None:
        print(f"\r{self.what}: {self.total} bytes" if self.live else f"{self.what}: {self.total} bytes", flush=True)


def say(text: str) -> None:
    print(as_typed(text), flush=True)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it did not say which"
