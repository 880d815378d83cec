"""package.json, from which `mpremote mip install` takes the library: it has to list every module and page of it."""

import json
import re
from pathlib import Path

from host.lint import Finding

NAME = "package.json"


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding where the file is not what the tree makes of it; fix: write it."""
    text = made(root)
    path = root / NAME
    if path.is_file() and path.read_text("utf-8") == text:
        return []
    if fix:
        path.write_text(text, "utf-8")
        return []
    return [Finding(NAME, 1, "it does not list what lies in device/lib/picorest and device/www: ./deploy.sh check --fix writes it")]


def made(root: Path) -> str:
    """The text that package.json has to be."""
    device = root / "device"
    names = sorted(path.relative_to(device / "lib").as_posix() for path in (device / "lib" / "picorest").rglob("*.py"))
    pages = sorted(path.relative_to(device).as_posix() for path in (device / "www").iterdir())
    rows = [["app.py", "device/app.py"], *([name, f"device/lib/{name}"] for name in names), *([p, f"device/{p}"] for p in pages)]
    urls = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    version = re.search(r'version = "(.+)"', (device / "app.py").read_text("utf-8"))[1]
    return f'{{\n "urls": [\n{urls}\n ],\n "deps": [],\n "version": "{version}"\n}}\n'
