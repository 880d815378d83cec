"""Plain words: what users read says it in the field's own terms; the glossary has those, and is linked where they first appear."""

import ast
import re

import pytest

from host import ROOT

# what a newcomer stumbles over: what to say instead
PLAIN = {
    r"played": "simulated",
    r"world": "surroundings",
    r"(?:at|over|on) the (?:USB )?cable|use the cable": "over USB",
    r"(?:is|are|not|no|what is) sound|sound (?:HTTP|request|configuration|file|JSON)": "valid",
    r"leases?": "timer",
    r"verdicts?": "usable, or why not",
    r"(?:serial |boot )?loader": "download mode, bootloader",
    r"name servers?": "DNS server",
    r"in reach": "nearby",
    r"set aside": "ignored",
    r"hangs? on": "is wired to, depends on",
    r"last its answer": "its last answer",
    r"WRONG": "fault",
    r"(?:to )?put right": "fix",
}
STUMBLES = re.compile(r"(?<![\w/.\"])(?:" + "|".join(PLAIN) + r")(?![\w/]|\.\w)")
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"), *ROOT.glob("virtualboard/*.md")]
PROGRAMS = [path for folder in ("device", "host", "virtualboard") for path in ROOT.glob(folder + "/**/*.py")]
SITES = [*ROOT.glob("device/www/*"), *ROOT.glob("virtualboard/desk/*"), *ROOT.glob("deploy.*"),
         *ROOT.glob("docs/pictures/*.svg"), *ROOT.glob("examples/*/*.svg")]  # fmt: skip
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TERMS = re.findall(r"^### (.+)$", GLOSSARY, re.M)


def told(path):
    """Yields (line, text) of what users read of a file: prose of pages, texts of programs that have more than one word."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        for number, line in enumerate(text.splitlines(), 1):
            yield number, re.sub(r"`[^`]*`", "`…`", line)
    elif path.suffix == ".py":
        yield from literals(text, "commands" in path.parts)
    elif path.suffix == ".js":
        for found in re.finditer(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`', re.sub(r"^\s*(//|/?\*).*$", "", text, flags=re.M)):
            said = re.sub(r"\$\{(?:[^{}]|\{[^}]*\})*\}", "…", found[0][1:-1])
            yield text.count("\n", 0, found.start()) + 1, said if " " in said.strip() else ""
    elif path.suffix in (".sh", ".cmd"):
        yield from enumerate(text.splitlines(), 1)
    elif path.suffix in (".html", ".svg"):
        yield 1, re.sub(r"<[^>]*>", " ", text)


def literals(source, helps):
    """The texts in a program without its docstrings; helps: the module's own is what `--help` shows."""
    tree = ast.parse(source)
    holders = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, holders)]
    firsts = [body[0].value for body in bodies[helps:] if body and isinstance(body[0], ast.Expr)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and not any(node is first for first in firsts):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            yield node.lineno, text if " " in text.strip() or text.isupper() else ""


def test_nothing_that_users_read_makes_them_stumble():
    found = [f"{path.relative_to(ROOT)}:{line}: {word[0]!r} in …{text[max(0, word.start() - 30) : word.end() + 30]}…"
             for path in [*PAGES, *PROGRAMS, *SITES] if "__pycache__" not in path.parts
             for line, text in told(path) for word in STUMBLES.finditer(text)]  # fmt: skip
    assert not found, "\n".join([*found, "say instead: " + ", ".join(f"{old} → {new}" for old, new in PLAIN.items())])


@pytest.mark.parametrize(("name", "text", "count"), [
    ("a.md", "A lease is played; `lease` is not, nor PUT /world.", 2),
    ("a.py", '"""A lease."""\nprint(f"{1} is set aside, no name server", "lease")\n', 2),
    ("commands/a.py", '"""A lease."""\n', 1),
    ("a.js", '// lease\nsay("in reach: the lease " + lease);\nsay(`a ${lease} verdict`);\n', 3),
    ("a.html", '<p class="lease">A lease</p>', 1),
    ("a.svg", '<svg class="lease"><text>A lease</text></svg>', 1),
    ("a.cmd", "echo a lease\nrem the verdict\n", 2),
])  # fmt: skip
def test_what_is_told_is_found(tmp_path, name, text, count):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert len([word for _, text in told(path) for word in STUMBLES.finditer(text)]) == count


def test_each_term_of_the_glossary_is_linked_where_the_readme_says_it_first():
    text = re.sub(r"^```.*?^```|`[^`]*`|^#.*?$|(?<=\]\()[^)]*/", "…", (ROOT / "README.md").read_text("utf-8"), flags=re.M | re.S)
    firsts = [re.search(rf"(?<![\w#-]){re.escape(term)}s?(?![\w-])(.{{0,12}})", text, re.I) for term in TERMS]
    missing = [first[0] for first in firsts if first and not first[1].startswith("](…glossary")]
    assert not missing, f"not linked to docs/glossary.md where README.md says them first: {missing}"


def test_the_glossary_is_in_order_and_explains():
    assert {"GPIO", "Pull-up", "PWM", "Access point", "NTP", "Token", "mDNS"} <= set(TERMS)
    assert sorted(TERMS, key=str.lower) == TERMS


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 120
