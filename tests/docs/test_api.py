"""docs/api.md names every endpoint and every type of problem that there is, and the pages link to what exists."""

import re

import pytest

from host import ROOT

DEVICE = ROOT / "device" / "lib" / "picorest"
API = (ROOT / "docs" / "api.md").read_text("utf-8")
UPSTREAMS = (ROOT / "docs" / "upstreams.md").read_text("utf-8")
SOURCES = {path.relative_to(DEVICE).as_posix(): path.read_text("utf-8") for path in sorted(DEVICE.rglob("*.py"))}
ROUTES = (DEVICE / "routes" / "__init__.py").read_text("utf-8").split('ROUTES = """\n')[1].split('"""')[0].splitlines()


@pytest.mark.parametrize("route", ROUTES)
def test_every_endpoint(route):
    path, *words = route.split()
    for method in words[::2]:
        assert re.search(rf"`{method} {path.partition('<')[0]}", API), f"docs/api.md does not mention {method} {path}"


def test_every_type_of_problem():
    types = set(re.findall(r"^([a-z-]+) \d{3}\b", SOURCES["problem_types.py"], re.M))
    assert len(types) > 60
    missing = sorted(name for name in types if f"`{name}`" not in API + UPSTREAMS)
    assert not missing, f"docs/api.md, “Errors”, does not mention {', '.join(missing)}"


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
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
