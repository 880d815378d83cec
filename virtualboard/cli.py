"""The command line: start a board, say when it serves, run until interrupted."""

import argparse
import contextlib
import http.client
import signal
import sys
import threading
from pathlib import Path

from host import UserError, bootstrap, computers
from host.board.tracebacks import Tracebacks, when_needed
from host.build import build, parts
from host.build.pipeline import sources_of

from . import demo
from .boards import BOARDS
from .boot_info import FLASH_MODES
from .control import Control
from .engines import ENGINES
from .ports import Taken
from .supervisor import Supervisor

_PATIENCE = 5  # virtual seconds until we say that the board does not serve yet


def main(arguments=None):
    options = _options(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _run(options, stop)
    except (Taken, UserError, bootstrap.SetupError, RuntimeError, OSError) as problem:
        print(f"virtual board: {problem}", file=sys.stderr)
        return 1


def _run(options, stop):
    bootstrap.ensure(ENGINES[options.engine].requirements)
    name = BOARDS[options.board].built or options.board
    files = romfs = None
    if not options.blank:
        parts.require_choice(options, options.board, bool(BOARDS[options.board].romfs_size))
        chosen = parts.wanted(sources_of(), options, options.config and options.config.read_bytes())
        built = build(name, chosen=chosen)
        files, romfs = built.files, built.romfs
    base = options.port
    supervisor = Supervisor(
        options.board, port=base, flash=options.flash, files=files, romfs=romfs, config=options.config,
        serial_port=options.serial_port if options.serial_port is not None else base and base + 2,
        serial_fixed=options.serial_port is not None,
        demo=None if options.blank else demo.configuration(BOARDS[options.board]), bind=options.bind, heap=options.heap,
        online=options.online, flash_mode=options.flash_mode, speed=options.speed, calls=options.calls, engine=options.engine,
        beside=options.beside,
    )
    # what is put on a blank one is most likely what this tree makes
    supervisor.console.translate = when_needed(lambda: build(name)) if options.blank else Tracebacks(built).line
    with contextlib.ExitStack() as stack:
        stack.callback(supervisor.close)
        fixed = options.control_port is not None
        control = Control(supervisor, options.control_port if fixed else base and base + 1, fixed=fixed)
        stack.callback(control.close)
        control.start()
        print(f"Desk: http://127.0.0.1:{control.port}/ (the board to see, press and turn: open it in a browser)",
              file=sys.stderr, flush=True)  # fmt: skip
        supervisor.start()
        if options.blank:
            supervisor.wait_ready()
        else:
            _wait_served(supervisor, stop)
        if not stop.is_set():
            host = "127.0.0.1" if options.bind == "0.0.0.0" else options.bind
            print(f"virtual board {options.board} ready at http://{host}:{supervisor.port} (control "
                  f"http://127.0.0.1:{control.port}, serial socket://127.0.0.1:{supervisor.console.port})", flush=True)
            if not supervisor.engine.prompt:
                print(f"engine {options.engine}: the serial console tells what the board says; it takes no input", flush=True)
        while not stop.wait(3600):
            pass
    return 0


def _wait_served(supervisor, stop):
    """Wait until an HTTP request is answered; say why when that takes long, then show the console until it is."""
    begun, shown = supervisor.now(), None
    host = "127.0.0.1" if supervisor.bind == "0.0.0.0" else supervisor.bind
    while not stop.is_set() and not _answers(host, supervisor.port):
        if shown is None and supervisor.now() - begun > _PATIENCE:
            shown = 0
            networks = supervisor.radio.world["networks"]
            reach = ", ".join(f"{name} (password {points[0]['password']})" for name, points in networks.items())
            print("The board does not answer yet. It joins a network of its configuration, or opens one of its own when none could "
                  f"be joined for a minute. In reach here: {reach or 'none'}. Its console says:", file=sys.stderr)  # fmt: skip
        if shown is not None:
            lines = supervisor.console.lines()[shown:]
            shown += len(lines)
            print(*lines, sep="\n", end="\n" * bool(lines), file=sys.stderr, flush=True)
        stop.wait(0.02)


def _answers(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health", headers={"Connection": "close"})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _options(arguments):
    parser = argparse.ArgumentParser(prog="virtualboard", description="Run a board on this computer.")
    add = parser.add_argument
    add("--board", choices=BOARDS, default="nodemcu", help="which board (default nodemcu)")
    add("--engine", choices=ENGINES, default=computers.this().engine or "native",
        help="wasm32: 32-bit objects, the heap of an ESP8266 to the byte (default %(default)s)")  # fmt: skip
    add("--port", type=_port, default=8080, help="where the board answers HTTP (default 8080; 0: a free port)")
    add("--control-port", type=_port, help="the desk, and what is around the board (default: port + 1, or a free one)")
    add("--serial-port", type=_port, help="the serial console for mpremote (default: port + 2, or a free one)")
    add("--flash", type=Path, metavar="PATH", help="image file or folder that keeps the flash between runs")
    add("--config", type=Path, metavar="FILE", help="put on the flash as /config.json at the start")
    parts.add_arguments(parser)
    add("--bind", default="127.0.0.1", metavar="ADDR", help="address of the board's port (default 127.0.0.1)")
    add("--heap", type=int, metavar="BYTES", help="free heap at the start instead of the chip's")
    add("--online", action="store_true", help="let the board reach the real Internet instead of stand-ins")
    add("--beside", type=_port, action="append", default=[], metavar="PORT",
        help="control port of another virtual board, which is in the same network then and shares its Internet; several times")
    add("--flash-mode", choices=FLASH_MODES, default="dio", help="how the flash chip is wired up (default dio)")
    add("--calls", type=int, metavar="N", help="nested Python calls that the stack has room for instead of the chip's")
    add("--speed", type=float, default=1, help="virtual time runs this many times as fast")
    add("--blank", action="store_true", help="install nothing: a board with MicroPython and whatever is on its flash")
    options = parser.parse_args(arguments)
    if options.calls is not None and not ENGINES[options.engine].stack:
        parser.error(f"--calls: the engine {options.engine} does not play the chip's C stack")
    if options.blank and not ENGINES[options.engine].prompt:
        parser.error(f"--blank needs a prompt, which the engine {options.engine} has not")
    if options.config and not options.config.is_file():
        parser.error(f"there is no file {options.config}")
    if options.heap is not None and options.heap < 16384:
        parser.error("--heap needs at least 16384 bytes")
    if not 0.1 <= options.speed <= 3600:
        parser.error("--speed is a number from 0.1 to 3600")
    return options


def _port(text):
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return number
