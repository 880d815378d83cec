"""Overlays as images of their own, as on an ESP8266: what is mounted for an import, and what that leaves when it fails."""

import sys

from expect import equal
from micropython import heap_lock, heap_unlock

SOURCE = __file__.rsplit("/", 3)[0] + "/device/esp8266/overlay.py"
EINVAL = 22
open_file = open


class Vfs:
    """The module vfs: `events` has what was mounted and unmounted; without a mount umount() fails, as on the chip."""

    VfsRom = bytes

    def __init__(self):
        self.events = []
        self.mounted = False

    def mount(self, image, path):
        self.mounted = True
        self.events.append("mount " + path)

    def umount(self, path):
        if not self.mounted:
            raise OSError(EINVAL)
        self.mounted = False
        self.events.append("umount " + path)


def overlays(open):
    """The module's names and its fake vfs, for an open() of the images."""
    vfs, names = Vfs(), {"open": open}
    with open_file(SOURCE) as f:
        text = f.read()
    before = sys.modules.get("vfs")
    sys.modules["vfs"] = vfs
    try:
        exec(text, names)
    finally:
        sys.modules.pop("vfs")
        if before:
            sys.modules["vfs"] = before
        sys.path.remove("/o")
    return names, vfs


def test_an_image_is_mounted_for_its_import_alone():
    names, vfs = overlays(lambda path, mode: b"image")
    sys.modules["o"] = "left over"
    try:
        names["load_overlay"]("one")
        raise AssertionError("there is no module in it")
    except ImportError:
        pass
    equal((vfs.events, names["loaded"], "o" in sys.modules), (["mount /o", "umount /o"], {}, False))


def test_a_lack_of_memory_before_the_mount_stays_one():
    """Without memory there is one object for all exceptions: an error of umount() would take its place."""

    def full(path, mode):
        heap_lock()
        bytearray(1)

    names, vfs = overlays(full)
    raised = None
    try:
        names["load_overlay"]("one")
    except MemoryError:
        raised = "MemoryError"
    except OSError:
        raised = "OSError"
    finally:
        heap_unlock()
    equal((raised, vfs.events, len(names["starved"])), ("MemoryError", [], 1))
