# What this engine does at the start and at the end: files are a folder of the computer, which WASI shows as the root.
from gc import collect

import _vb
import vfs as _native_vfs

_border = _vb.fn("border")
_names = _vb.fn("names")


def mount():
    # what lies in the stand-ins' image is loaded while that is mounted
    import asyncio
    import asyncio.event
    import asyncio.funcs
    import asyncio.lock
    import asyncio.stream
    import random

    _native_vfs.umount("/.vb")
    for line in _vb.named("left_out").split("\n"):
        module, _, names = line.partition(" ")
        _vb.hide(__import__(module), names)


def settle():
    # Fill everything below the border with one chain of smallest blocks: what lies above is the device's heap, to the byte.
    keep = _vb.keep
    tables = bytearray(4)
    _names(tables)  # the address of the tables of names so far: the collector finds it here
    keep.append(tables)
    keep.append(None)
    last = _border() - 16
    collect()
    chain = ()
    while id(chain) < last:
        chain = (chain,)
        keep[-1] = chain


def halt():
    # a folder can always be mounted
    pass


def ended():
    print("The program has ended. There is no prompt here, so the board starts again.")
    _vb.pause(1000)
