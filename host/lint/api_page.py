"""The tables of docs/api.md: they have to be what the description of the interface in OpenAPI makes of the sources."""

from pathlib import Path

from host.lint import Finding
from host.openapi import page
from host.openapi.problems import TABLE, unexplained

PAGE = "docs/api.md"


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding for each type of problem that nobody explains, and for the first table that is another one; fix: write them."""
    path, device = root / PAGE, root / "device"
    if not path.is_file():
        return []
    sources = {each.relative_to(device).as_posix(): each.read_bytes() for each in sorted(device.rglob("*.py"))}
    try:
        wrong = unexplained(sources)
        made = page.blocks(sources)
    except SyntaxError:
        return []  # the check of the sources tells where
    if wrong:
        return [Finding(f"device/{TABLE}", 1, words) for words in wrong]
    old = path.read_text("utf-8")
    found = {block[2]: block for block in page.BLOCK.finditer(old)}
    if found.keys() != made.keys():
        names = ", ".join(sorted(found.keys() ^ made.keys()))
        return [Finding(PAGE, 1, f"blocks of tables, <!-- NAME: made by … -->, are for {', '.join(made)}: look at {names}")]
    for name, block in found.items():
        if block[3] != made[name]:
            if fix:
                path.write_text(page.BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]}{block[4]}", old), "utf-8")
                return []
            line = old[: block.start(3)].count("\n") + 1
            return [Finding(PAGE, line, f"the table {name} is not what the sources say: ./deploy.sh check --fix writes it")]
    return []
