"""What a board whose files lie on FAT keeps in NVS instead (device/lib/picorest/nvs.py), and its file system when that is lost."""

import time

from host import UserError
from host.board.cable import CORRUPTED, Link, say
from host.board.serial_ports import LinkError

FILES = {"config.json": "config", "picorest.key": "key"}  # the file that it would be elsewhere: its key
_NVS = """
def _kept(keys, forget=False):
    found = []
    try:
        import vfs, esp32
        if not [1 for s, place in vfs.mount() if place == '/' and isinstance(s, vfs.VfsFat)]:
            return found
        nvs = esp32.NVS('picorest')
    except (ImportError, AttributeError, TypeError):
        return found
    for key in keys:
        data = bytearray(4096)
        try:
            found.append((key, bytes(data[:nvs.get_blob(key, data)])))
            if forget:
                nvs.erase_key(key)
        except OSError:
            pass
    nvs.commit()
    return found
"""
_DAMAGE = """
import os
def _sound(top):
    try:
        for e in os.ilistdir(top or '/'):
            if e[1] & 0x4000 and not _sound(top + '/' + e[0]):
                return False
        return True
    except (OSError, UnicodeError):
        return False
def _damage():
    import vfs
    try:
        if not [1 for s, place in vfs.mount() if place == '/' and isinstance(s, vfs.VfsFat)]:
            return []
        names = os.listdir('/')
    except UnicodeError:
        return ['']
    except (AttributeError, TypeError):
        return []
    return [n for n in ('a', 'b') if n in names and not _sound('/' + n)]
"""
_ASIDE = """
n = 1
while 'lost.%d' % n in os.listdir('/'):
    n += 1
os.rename({0!r}, 'lost.%d' % n)
"""
MEND = """
import vfs, flashbdev
try:
    vfs.umount('/')
except OSError:
    pass
vfs.VfsFat.mkfs(flashbdev.bdev)
vfs.mount(flashbdev.bdev, '/')
"""


def read(link: Link) -> dict[str, bytes]:
    """The contents by name of the file; nothing on a board without FAT."""
    found = dict(link.value_of(_NVS, f"_kept({list(FILES.values())})", "its configuration was read"))
    return {name: found[key] for name, key in FILES.items() if key in found}


def forget(link: Link) -> None:
    link.value_of(_NVS, f"_kept({[*FILES.values(), 'address']}, True)", "its configuration was removed")


def enter(link: Link) -> None:
    """Link.enter(), and a sound file system where FAT was damaged: with its table gone no file of it can be found again, and
    of a folder that cannot be read no file can be replaced."""
    try:
        link.enter()
        damage = link.value_of(_DAMAGE, "_damage()", "its file system was looked over")
        for folder in damage:
            if folder:
                say(f"a power cut has damaged the folder /{folder} of the program: it becomes /lost.N")
                link.run(_ASIDE.format(folder))
        lost = "" in damage
    except LinkError as error:
        if CORRUPTED not in str(error):
            raise
        lost = True
        link.enter(soft_reset=False)
        time.sleep(0.5)  # what the tries before left arrives, and the next one skips it
        link.enter(soft_reset=False)
        if link.value("hasattr(__import__('flashbdev').bdev, 'info') and __import__('flashbdev').bdev.info()[4]") != "ffat":
            raise UserError(f"{error}") from None
    if lost:
        say("a power cut has damaged the board's file system: it gets a new one, without your files. The configuration is kept")
        link.run(MEND)
        link.enter()
