"""Runs in MicroPython, in the folder above microdot's `tests`: some of its files, with a line of JSON for each test.

micropython suite.py FILE…; a line is the record separator and [file, test, "passed", "skipped" or "failed", why]. What the tests
call Microdot and TestClient is ours, see wire.py.
"""

import gc
import io
import json
import sys
import unittest

import wire


def say(*words):
    print("\x1e" + json.dumps(words))


def why(error):
    """The last line of a traceback."""
    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue().strip().split("\n")[-1].strip()


def outcome(cls, name):
    """What becomes of one test."""
    try:
        getattr(cls(), name)()
    except unittest.SkipTest as e:
        return "skipped", str(e)
    except Exception as e:
        return "failed", why(e)
    return "passed", ""


def run(file):
    try:
        module = __import__("tests." + file, None, None, ["tests"])
    except Exception as e:
        say(file, "", "failed", why(e))
        return
    wire.adapt(module)
    for cls in [getattr(module, name) for name in dir(module)]:
        if not isinstance(cls, type) or not issubclass(cls, unittest.TestCase) or cls is unittest.TestCase:
            continue
        if hasattr(cls, "setUpClass"):
            cls.setUpClass()
        for name in dir(cls):
            if name.startswith("test"):
                say(file, name, *outcome(cls, name))
                gc.collect()


for file in sys.argv[1:]:
    run(file)
