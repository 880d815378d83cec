"""Tracebacks of a board in the words of the sources: the build joins modules into one, and lends functions names out of the ROM.

What a build leaves for that lies beside its files: core.py, the joined module with a mark before each part, and names.txt.
"""

import re
from collections.abc import Callable

from host.build import Build
from host.build.bundle import MARK

_FRAME = re.compile(r'^(\s*File ")([^"]+)(", line )(\d+)(?:(, in )(\S+))?')
_LACKS = re.compile(r"^(AttributeError: ')(\w+)(' object has no attribute ')(\w+)'")


class Tracebacks:
    """builds: of the board, or one for each chip that it may have: which modules are named tells them apart."""

    def __init__(self, *builds: Build):
        self.known = [_Names(one) for one in builds]

    def line(self, text: str) -> str:
        """A line of the console; a frame of a traceback with the module, line and function of the sources, and what an object of
        ours lacks with its class."""
        frame = _FRAME.match(text)
        if not frame:
            return _LACKS.sub(self._lacking, text)
        for one in self.known:
            if frame[2] in one.files:
                self.known.remove(one)
                self.known.insert(0, one)  # for the frames that follow
                return one.frame(frame)
        return self.known[0].frame(frame) if frame[2] == "app" else text  # all have that; else it is not ours

    def _lacking(self, said: re.Match) -> str:
        names = self.known[0].names  # of the frames before it
        ours = said[2] in names
        return f"{said[1]}{names[said[2]]}{said[3]}{names.get(said[4], said[4])}'" if ours else said[0]


def when_needed(make: Callable[[], Build]) -> Callable[[str], str]:
    """As Tracebacks(make()).line; make() is called when the first frame of a traceback comes."""
    made: list[Tracebacks] = []

    def line(text: str) -> str:
        if not made and _FRAME.match(text):
            made.append(Tracebacks(make()))
        return made[0].line(text) if made else text

    return line


class _Names:
    """What one build calls things. marks: (number of the line of a mark, part) of the joined module, which is called `core`; files:
    what its frames may name; names: {there: in the sources}."""

    def __init__(self, build: Build):
        beside = build.files.with_name
        self.names: dict[str, str] = dict(line.split(" = ", 1) for line in beside("names.txt").read_text("utf-8").splitlines())
        lines = enumerate(beside("core.py").read_text("utf-8").splitlines(), 1)
        self.marks = [(n, text.removeprefix(MARK)) for n, text in lines if text.startswith(MARK)]
        self.core = "picorest" if build.romfs else "core"
        borrowed = {name for name, source in self.names.items() if "/" in source}
        self.files = {self.core} | borrowed | {path.stem for path in build.files.rglob("*.mpy")} - {"app"}

    def frame(self, frame: re.Match) -> str:
        file, number = frame[2], int(frame[4])
        for at, part in reversed(self.marks if file == self.core else []):
            if at < number:
                file, number = part if part == "app.py" else f"picorest/{part}", number - at
                break
        # what comes and goes on an ESP8266 has no numbers of lines, nor has all of a large program: then there is always the first
        at = '"' if number == 1 and file in {self.core, *self.names} else f"{frame[3]}{number}"
        file = self.names.get(file, file).removeprefix("lib/")
        function = f"{frame[5]}{self.names.get(frame[6], frame[6])}" if frame[6] else ""
        return f"{frame[1]}{file}{at}{function}{frame.string[frame.end() :]}"
