# The door to the host: WebAssembly calls one host function, which finds number, arguments and result in an array of objects.
from array import array
from builtins import delattr, execfile

from uctypes import addressof, bytearray_at

from host import call as _call

_ABSENT = ...
_words = array("O", [_ABSENT, None, int, str, bytes, bytearray, memoryview])  # the result; then number and arguments
_call("hello", str(addressof(_words)))  # the host reads the types' addresses there, and answers with its areas' addresses
area = bytearray_at(_words[0], 8192)


def _caller(number):
    # a call takes nothing of the heap
    def call(a=_ABSENT, b=_ABSENT, c=_ABSENT, d=_ABSENT, e=_ABSENT):
        _words[1] = number
        _words[2] = a
        _words[3] = b
        _words[4] = c
        _words[5] = d
        _words[6] = e
        _call("", "")
        return _words[0]

    return call


_number = _caller(0)


def fn(name):
    # the host's function of that name
    return _caller(_number(name))


_patch = fn("patch")


def patch(owner, name, value=_ABSENT):
    # replace an entry of a class or module; without a value: hide it
    try:
        if value is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, value)
        return True
    except (AttributeError, KeyError):  # it is built in
        return _patch(owner.__dict__, name, value)
