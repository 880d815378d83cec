# The names of vfs that this interpreter has of those of the chips.
from vfs import VfsRom, mount, umount
