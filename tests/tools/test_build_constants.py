"""host/build/constants.py: the values of constants take the places of their names, and nothing else changes."""

import pytest

from host.build import BuildError
from host.build.constants import fold

SENSOR = """\"\"\"A sensor.\"\"\"

COUNT = const(6)  # readings
MASK = const(1 << 4 | 2)
PAIR = const("a b")


def count(it):
    return it[COUNT]
"""


def folded(source: str, path: str = "lib/picorest/routes/asking.py") -> str:
    found = fold({"lib/picorest/dht/sampler.py": SENSOR, path: source})[path]
    assert found.count("\n") == source.count("\n")
    return found


def test_the_module_that_defines_them_forgets_them():
    found = fold({"lib/picorest/dht/sampler.py": SENSOR})["lib/picorest/dht/sampler.py"]
    assert found == SENSOR.replace("COUNT", "_COUNT").replace("MASK", "_MASK").replace("PAIR", "_PAIR")


@pytest.mark.parametrize(("source", "wanted"), [
    ("from ..dht.sampler import COUNT\nprint(it[COUNT])\n", "pass\nprint(it[6])\n"),
    ("from ..dht.sampler import COUNT as N\nprint(it[N])\n", "pass\nprint(it[6])\n"),
    ("from ..dht.sampler import COUNT, MASK, count\nx = MASK + count(it) + COUNT\n",
     "from ..dht.sampler import count\nx = 18 + count(it) + 6\n"),
    ("from ..dht import sampler\nprint(sampler.COUNT, sampler.count(it))\n",
     "from ..dht import sampler\nprint(6, sampler.count(it))\n"),
    ("def f(it):\n    from ..dht.sampler import PAIR\n    return PAIR\n", "def f(it):\n    pass\n    return 'a b'\n"),
    ("from picorest.dht.sampler import COUNT\nprint(COUNT)\n", "pass\nprint(6)\n"),
    ("from ..dht.other import COUNT\nprint(COUNT)\n", "from ..dht.other import COUNT\nprint(COUNT)\n"),
    ("COUNT = 3\nprint(COUNT, it.COUNT)\n", "COUNT = 3\nprint(COUNT, it.COUNT)\n"),
    ("from ..dht.sampler import (\n    COUNT,\n    count,\n)\nprint(COUNT)\n", "from ..dht.sampler import count\n\n\n\nprint(6)\n"),
])  # fmt: skip
def test_the_others_have_their_values(source, wanted):
    assert folded(source) == wanted


def test_a_constant_of_app():
    assert folded("from picorest.dht.sampler import COUNT\nprint(COUNT)\n", "app.py") == "pass\nprint(6)\n"


@pytest.mark.parametrize("source", [
    "from ..dht.sampler import COUNT\nCOUNT = 5\n",
    "from ..dht.sampler import COUNT\n\n\ndef f(COUNT):\n    return COUNT\n",
    "COUNT = const(1)\n\n\ndef f(COUNT):\n    return COUNT\n",
])  # fmt: skip
def test_a_name_that_is_hidden_is_refused(source):
    with pytest.raises(BuildError, match="COUNT.*use another name"):
        folded(source)
