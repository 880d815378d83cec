# What this engine does at the start and at the end: files lie in LittleFS on the flash.
import sys

import _vb
import vfs as _native_vfs


class _FlashDevice:
    readblocks = _vb.fn("flash_read")
    writeblocks = _vb.fn("flash_write")
    ioctl = _vb.fn("flash_ioctl")


_device = _FlashDevice()
_device.keep = _vb.keep
sys.modules["flashbdev"] = type("flashbdev", (), {"bdev": _device})


def mount():
    vfs = _native_vfs
    vfs.umount("/.vb")
    vfs.umount("/")
    try:
        vfs.mount(vfs.VfsLfs2(_device), "/")
    except OSError:
        print("Performing initial setup")
        vfs.VfsLfs2.mkfs(_device)
        vfs.mount(vfs.VfsLfs2(_device), "/")
        with open("boot.py", "w") as file:
            file.write("# This file is executed on every boot (including wake-boot from deepsleep)\n")


def settle():
    # the stand-ins are there: what is left of the heap is the device's
    pass


def ended():
    # the prompt comes next
    pass
