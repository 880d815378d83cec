"""host/build/pages.py, javascript.py: the board's page as one small file."""

import base64
import gzip
import hashlib
import importlib.util
import re
import sys

import pytest

from host.build import DEVICE, BuildError, javascript, pages

BUDGET = 14_336  # bytes: what a server may send before the first acknowledgement comes back
SOURCES = {f"www/{path.name}": path.read_bytes() for path in (DEVICE / "www").iterdir()}


@pytest.fixture(scope="module")
def page() -> str:
    return pages.whole(SOURCES)["www/index.html"].decode()


def test_the_page_keeps_its_budget(page):
    data = pages.compressed(page.encode())
    assert len(data) <= BUDGET and gzip.decompress(data).decode() == page
    assert data == pages.compressed(pages.whole(SOURCES)["www/index.html"])


def test_where_nothing_makes_it_smaller_it_is_larger_by_a_little(page, monkeypatch):
    monkeypatch.setitem(sys.modules, "minify_html", None)
    monkeypatch.setitem(sys.modules, "zopfli", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    larger = pages.whole(SOURCES)["www/index.html"].decode()
    data = pages.compressed(larger.encode())
    assert gzip.decompress(data).decode() == larger and BUDGET < len(data) < 1.25 * BUDGET
    scripts = [re.findall("<script>(.*?)</script>", one, re.DOTALL) for one in (page, larger)]
    assert len(scripts[1]) == len(scripts[0]) == 1
    policy = base64.b64encode(hashlib.sha256(scripts[1][0].encode()).digest()).decode()
    assert f"script-src 'sha256-{policy}'" in larger, "without this no browser runs it"


def test_it_is_one_file_that_asks_for_nothing_else(page):
    assert not re.search(r"<script[^>]*src|<link[^>]*stylesheet|url\(|@import", page)
    assert {name for name in pages.whole(SOURCES) if name.endswith((".js", ".css"))} == set()


def test_only_its_own_script_may_run(page):
    assert re.search(r"script-src 'sha256-[\w+/=]{44}'", page) and "require-trusted-types-for 'script'" in page


def test_no_source_makes_html_or_code_of_text():
    for name, data in SOURCES.items():
        if name.endswith(".js"):
            assert not re.search(rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", data), name


def test_a_part_that_is_missing():
    with pytest.raises(BuildError, match="www/gone.js is missing"):
        pages.whole({"www/a.html": b'<script src="gone.js"></script>'})


@pytest.mark.parametrize(("script", "small"), [
    ("// words\nconst one = 1; /* more */ const two = one + 1;", "const a=1;const b=a+1;"),
    ("function add(first, { second, third: fourth = 3 }) { return first + second + fourth; }",
     "function c(a,{second:b,third:c=3}){return a+b+c;}".replace("function c", "function d")),
    ("const name = { name: 1, other };", "const a={name:1,other};"),
    ("let value = 1; x.value = value; y = { value };", "let a=1;x.value=a;y={value:a};"),
    ("const f = (a1) => `x ${a1 + `${a1}`} }`;", "const b=(a)=>`x ${a+`${a}`} }`;"),
    ("const r = /[/}]\\//g; const q = r / 2 / 1;", "const b=/[/}]\\//g;const a=b/2/1;"),
    ("try { f(); } catch (error) { g(error); }", "try{f();}catch(a){g(a);}"),
    ("p.catch((error) => error);", "p.catch((a)=>a);"),
    ("const up = + +1;", "const a=+ +1;"),
])  # fmt: skip
def test_small_scripts(script, small):
    shown = javascript.small(script)
    assert _renamed(shown) == _renamed(small), shown


def _renamed(script: str) -> str:
    """The script with its one-letter names numbered as they come: which letter it is does not matter."""
    found: dict[str, str] = {}
    return re.sub(r"(?<![\w.])[a-z](?!\w)", lambda at: found.setdefault(at[0], f"_{len(found)}"), script)
