# What this engine does at the start and at the end: the flash has LittleFS or FAT, as _boot.py of the ports has it.
import sys

import _vb
import vfs as _native_vfs


class _FlashDevice:
    readblocks = _vb.fn("flash_read")
    writeblocks = _vb.fn("flash_write")
    ioctl = _vb.fn("flash_ioctl")

    @staticmethod
    def info():
        return 1, 129, _vb.fact("fs_start"), _vb.fact("fs_size"), "vfs" if _vb.fact("fs_block") == 4096 else "ffat", False


_device = _FlashDevice()
_device.keep = _vb.keep
_state = []  # of a file system that cannot be mounted
sys.modules["flashbdev"] = type("flashbdev", (), {"bdev": _device})


def mount():
    vfs = _native_vfs
    vfs.umount("/.vb")
    vfs.umount("/")
    try:
        vfs.mount(_device, "/")
    except OSError:
        _set_up(vfs)


def _set_up(vfs):
    kind = vfs.VfsLfs2
    if _vb.fact("fs_block") != 4096:
        kind = vfs.VfsFat
        head = bytearray(512)
        _device.readblocks(0, head)
        if head != b"\xff" * 512:
            _state.append("corrupted")
            return
    print("Performing initial setup")
    kind.mkfs(_device)
    vfs.mount(kind(_device), "/")
    with open("boot.py", "w") as file:
        file.write("# This file is executed on every boot (including wake-boot from deepsleep)\n")


def settle():
    # the stand-ins are there: what is left of the heap is the device's
    pass


def halt():
    # a file system that cannot be mounted: the port says so until Ctrl-C
    while _state:
        print("The filesystem appears to be corrupted. If you had important data there, you")
        print("may want to make a flash snapshot to try to recover it. Otherwise, perform")
        print("factory reprogramming of MicroPython firmware (completely erase flash, followed")
        print("by firmware programming).\n")
        _vb.pause(3000)


def ended():
    # the prompt comes next
    pass
