"""The keys of a kind of sensor are found in its module and entered into the table of the configuration."""

import pytest

from host import ROOT
from host.lint import sensor_kinds

NEW = '"""A kind."""\n\nKEYS = """\npin pin* the data wire\nevery int:1:60 seconds between two\n"""\n'


@pytest.fixture
def tree(tmp_path):
    for name in (sensor_kinds.TABLE, *(path.relative_to(ROOT).as_posix() for path in (ROOT / sensor_kinds.FOLDER).glob("*.py"))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"))
    return tmp_path


def test_a_new_kind_is_missed_and_entered(tree):
    assert sensor_kinds.check(tree) == []
    (tree / sensor_kinds.FOLDER / "dew.py").write_text(NEW)
    (finding,) = sensor_kinds.check(tree)
    line = (tree / sensor_kinds.TABLE).read_text().splitlines()[finding.line - 1]
    assert finding.path == sensor_kinds.TABLE and line.startswith("sensors[].type ") and "--fix" in finding.text
    assert sensor_kinds.check(tree, fix=True) == [] == sensor_kinds.check(tree)
    table = (tree / sensor_kinds.TABLE).read_text()
    assert "\nsensors[].type set:bme280,dew,ds18b20* restart null the sensor\n" in table
    assert "\nsensors[].every int:1:60 restart null dew: seconds between two\n" in table
    assert "\nsensors[].pin pin restart null dew: the data wire; ds18b20: " in table
    (tree / sensor_kinds.FOLDER / "dew.py").unlink()
    sensor_kinds.check(tree, fix=True)
    assert (tree / sensor_kinds.TABLE).read_text() == (ROOT / sensor_kinds.TABLE).read_text("utf-8")


@pytest.mark.parametrize(("row", "words"), [("pin", "is no key, kind"), ("address bool whether", "address in KEYS is address")])
def test_keys_that_cannot_be(tree, row, words):
    (tree / sensor_kinds.FOLDER / "ivy.py").write_text(f'KEYS = """\n{row}\n"""\n')
    (finding,) = sensor_kinds.check(tree)
    assert finding.path.endswith("ivy.py") and words in finding.text
