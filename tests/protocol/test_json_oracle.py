"""The table of JSON texts with which the board's parser is tested: Python's parser must agree with every line."""

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("json_cases", Path(__file__).parents[1] / "device" / "json_cases.py")
texts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(texts)


def no_such_number(word):
    raise ValueError(word)


@pytest.mark.parametrize("text", texts.GOOD)
def test_good(text):
    json.loads(text, parse_constant=no_such_number)


@pytest.mark.parametrize("text", texts.BAD)
def test_bad(text):
    with pytest.raises(ValueError):
        json.loads(text, parse_constant=no_such_number)
