"""A copy of the device's sources and their tests as the build leaves them: constants folded, parameters short, classes bare.

What joins modules, and what gives names and texts other places, is not in it: that runs on the virtual boards.
"""

from functools import cache
from pathlib import Path

from host import ROOT
from host.build import classes, constants, parameters
from host.build.compiler import digest, toolchain, write_if_other


@cache
def squeezed(root: Path = ROOT, out: Path = ROOT / "build") -> Path:
    """The folder with such a copy of device/ and tests/device/."""
    paths = [path for folder in ("device", "tests/device") for path in sorted((root / folder).rglob("*.py"))]
    texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
    place = out / f"squeezed-{digest(toolchain(), *(part for item in sorted(texts.items()) for part in item))}"
    kept = parameters.keywords(list(texts.values()))
    for name, text in _folded(texts).items():
        ours = name.startswith("device/") and "/" in name.removeprefix("device/")
        text = parameters.shrink(classes.bare(text), kept) if ours else text
        write_if_other(place / name, text.encode())
    return place


def _folded(texts: dict[str, str]) -> dict[str, str]:
    below = {name.removeprefix("device/"): text for name, text in texts.items()}
    return {name: folded for name, folded in zip(texts, constants.fold(below).values(), strict=True)}
