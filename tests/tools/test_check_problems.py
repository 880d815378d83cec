"""host/lint/problems.py: statuses and types of problems stand in one table."""

import pytest

from host.build import DEVICE
from host.lint import problems

PATH = "device/lib/picorest/sample.py"
TABLE = {problems.TABLE: 'TYPES = """\nflash-pin 409 Use another pin.\nbad-config 400\n"""\n'}


@pytest.mark.parametrize(("source", "words"), [
    ('Problem(409, "flash-pin")', "leave the status 409 out"),
    ('\nraise Problem("flash-pins", pin=6)', "'flash-pins' is no type of a problem yet"),
    ('Problem("other", "Words.")', "problem_types.py has a line for each"),
])  # fmt: skip
def test_what_is_not_from_the_table(source, words):
    (said,) = problems.check(TABLE | {PATH: source})
    assert words in said.text and said.line == 1 + source.count("\n")


@pytest.mark.parametrize("source", [
    'Problem("flash-pin", pin=6)', 'Problem("bad-config", "Words.")', 'Problem("error", why, status=418)', "Problem(type, **more)",
])  # fmt: skip
def test_what_is(source):
    assert problems.check(TABLE | {PATH: source}) == []


def test_the_program_has_them_there():
    sources = {f"device/{path.relative_to(DEVICE).as_posix()}": path.read_text("utf-8") for path in DEVICE.rglob("*.py")}
    assert problems.check(sources) == []
    sources[PATH] = 'Problem("never-heard-of")'
    assert len(problems.check(sources)) == 1
