"""Tracebacks of a board in the words of the sources: the build joins modules into one, and lends functions names out of the ROM.

What a build leaves for that lies beside its files: core.py, the joined module with a mark before each part, and names.txt.
"""

import re

from host.build import Build
from host.build.bundle import MARK

_FRAME = re.compile(r'^(\s*File ")([^"]+)(", line )(\d+)(?:(, in )(\S+))?')


class Tracebacks:
    """builds: of the board, or one for each chip that it may have: what a joined module is called tells them apart."""

    def __init__(self, *builds: Build):
        self.names: dict[str, str] = {}
        self.marks: dict[str, list[tuple[int, str]]] = {}  # by joined module: (number of the line of a mark, part)
        for one in builds:
            for line in one.files.with_name("names.txt").read_text("utf-8").splitlines():
                there, name = line.split(" = ", 1)
                self.names[there] = name
            lines = enumerate(one.files.with_name("core.py").read_text("utf-8").splitlines(), 1)
            marks = [(n, text.removeprefix(MARK)) for n, text in lines if text.startswith(MARK)]
            self.marks["picorest" if one.romfs else "core"] = marks

    def line(self, text: str) -> str:
        """A line of the console; a frame of a traceback with the module, line and function of the sources."""
        frame = _FRAME.match(text)
        if not frame:
            return text
        file, number = frame[2], int(frame[4])
        for at, part in reversed(self.marks.get(file, ())):
            if at < number:
                file, number = part if part == "app.py" else f"picorest/{part}", number - at
                break
        # what comes and goes on an ESP8266 has no numbers of lines: then there is always the first
        at = '"' if number == 1 and file in self.names else f"{frame[3]}{number}"
        file = self.names.get(file, file).removeprefix("lib/")
        function = f"{frame[5]}{self.names.get(frame[6], frame[6])}" if frame[6] else ""
        return f"{frame[1]}{file}{at}{function}{text[frame.end() :]}"
