"""docs/api.md has every endpoint and every type of problem that there is, and the pages link to what exists."""

import re

import pytest

from host import ROOT

DEVICE = ROOT / "device" / "lib" / "picorest"
API = (ROOT / "docs" / "api.md").read_text("utf-8")
ROUTES = (DEVICE / "routes" / "__init__.py").read_text("utf-8").split('ROUTES = """\n')[1].split('"""')[0].splitlines()


def test_every_endpoint():
    """Found by other means than those that the tables are made with."""
    rows = "".join(re.findall(r"^\| (`[A-Z]+ /.*?`) \| \S", API, re.M))
    for path, *words in map(str.split, ROUTES):
        shown = re.sub(r"<(\w+)>", lambda name: name[1].upper(), path)
        for method in words[::2]:
            assert f"`{method} {shown}`" in rows, f"docs/api.md does not have {method} {shown}"


def test_every_type_of_problem():
    types = re.findall(r"^([a-z-]+) (\d{3})\b", (DEVICE / "problem_types.py").read_text("utf-8"), re.M)
    assert len(types) > 60
    for name, status in types:
        assert re.search(rf"^\| {status} \| `{name}` \| [^|]*\w{{2}}[^|]*\|$", API, re.M), f"docs/api.md does not explain {name}"


PAGES = sorted(path.relative_to(ROOT).as_posix() for part in ("*.md", "docs/*.md", "examples/**/*.md") for path in ROOT.glob(part))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / file) if file else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
            names = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in names, f"{page}: {link}"
