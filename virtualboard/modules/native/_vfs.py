# The names of vfs that the chips have.
from vfs import VfsFat, VfsLfs2, VfsRom, mount, umount
