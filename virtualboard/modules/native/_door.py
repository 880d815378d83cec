# The door to the native half: functions of the CPython process around this interpreter. See child/bridge.py.
import uctypes
from umachine import idle as fn

area = uctypes.bytearray_at(fn("area")(), 8192)
page = uctypes.bytearray_at(fn("page_area")(), 64)
execfile = fn("execfile")()
_patch = fn("patch")


def patch(owner, name, *value):
    # replace an entry of a built-in class or module; without a value: hide it
    return _patch(owner.__dict__, name, *value)
