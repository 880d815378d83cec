"""Runs in MicroPython: the tests of one file, one after the other, with a line for each that tests/conftest.py reads.

micropython runner.py MODULE NAME… ; lines for the host start with the record separator, the rest is the tests' output.
"""

import asyncio
import gc
import json
import sys
from io import StringIO


def say(*words):
    print("\x1e" + json.dumps(words))


def traceback(error):
    text = StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


def run(module, name):
    try:
        result = getattr(module, name)()
        if hasattr(result, "send"):  # an async function
            asyncio.run(result)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return traceback(error)
    finally:
        asyncio.new_event_loop()  # tasks that a test left behind do not run in the next one
        gc.collect()
    return None


def main(file, names):
    say("loading")
    try:
        module = __import__(file)
    except BaseException as error:
        say("broken", traceback(error))
        return
    for name in names:
        say("start", name)
        say("end", name, run(module, name))
    say("finished")


main(sys.argv[1], sys.argv[2:])
