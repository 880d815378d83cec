"""What a board changes by itself while it runs, kept in the ESP32's store of keys and values (NVS) where the files lie on FAT.

FAT changes its tables in place, and flash is erased in sectors of 4 KiB before it is written: power that goes in between can take
the table of files with it, and so all files. NVS writes a value beside the old one, and one of the two is always whole. So a
board with FAT writes no file by itself. Imported for that moment, then dropped. Not on an ESP8266.
"""

import vfs

_LIMIT = const(4096)


class Nvs:
    """Bytes by key. OSError if there is no room."""

    def __init__(self, area):
        self.area = area

    def get(self, key):
        """The bytes, None if there are none."""
        data = bytearray(_LIMIT)
        try:
            return bytes(memoryview(data)[: self.area.get_blob(key, data)])
        except OSError:
            return None

    def put(self, key, data):
        self.area.set_blob(key, data)
        self.area.commit()

    def remove(self, key):
        try:
            self.area.erase_key(key)
            self.area.commit()
        except OSError:
            pass


def find():
    """The Nvs of a board whose files lie on FAT; None on any other."""
    if hasattr(vfs, "VfsFat"):
        for system, place in vfs.mount():
            if place == "/" and isinstance(system, vfs.VfsFat):
                from esp32 import NVS  # type: ignore  # only its boards have FAT

                return Nvs(NVS("picorest"))
    return None
